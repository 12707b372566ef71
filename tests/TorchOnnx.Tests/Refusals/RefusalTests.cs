using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Refusals;

public sealed class RefusalTests
{
    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, long[], string> Refused => new()
    {
        { "padding mode", () => nn.Conv2d(1, 2, 3, Padding.Same, padding_mode: PaddingModes.Reflect), [2, 1, 5, 5],
            "padding_mode Reflect together with a named padding is not written. Give the padding in numbers." },
        { "unbatched pooling", () => nn.MaxPool2d(2), [1, 5, 5],
            "its input has 3 dimensions, and ONNX wants 4 with batch and channels. Give an example with a batch dimension in front." },
        { "output padding", () => nn.ConvTranspose2d(1, 2, 3, stride: 2, output_padding: 2, dilation: 3), [2, 1, 5, 5],
            "output_padding [2, 2] is not below the stride [2, 2]. Leave output_padding out and put a padding module behind." },
        { "divisor with ceil mode", () => nn.AvgPool2d(2, ceil_mode: true, divisor_override: 3), [2, 1, 5, 5],
            "divisor_override together with ceil_mode has no counterpart in ONNX. Use one of the two." },
        { "no running statistics", () => nn.BatchNorm2d(1, track_running_stats: false), [2, 1, 5, 5],
            "without running statistics it normalises by the batch at hand, so a row's result depends on the others. Build it with track_running_stats: true." },
        { "response norm over volumes", () => nn.LocalResponseNorm(2), [2, 3, 2, 2, 2],
            "its input has 3 dimensions behind batch and channels, and only 1 or 2 are written. Reshape the input to [N, C, L] or [N, C, H, W] first." },
        { "unclipped hardtanh", () => nn.Hardtanh(), [2, 3],
            "this version of TorchSharp does not clip in Hardtanh unless it works in place. Build it with inplace: true." },
        { "negative reflection", () => nn.ReplicationPad1d((-1, 2)), [2, 3, 4],
            "negative padding [-1, 2] by edge is not written. Crop first, or use a constant padding." },
        { "broken factor", () => nn.Upsample(scale_factor: [1.125, 2], mode: UpsampleMode.Bilinear), [2, 3, 4, 4],
            "a factor of 1.125 takes a size of 4 to no whole number. Build it with recompute_scale_factor: true, or with size instead of scale_factor." },
        { "batch split by GLU", () => nn.GLU(0), [2, 3],
            "its forward failed on an input of shape [3, 3]: Halving dimension must be even, but dimension 0 is size 3. The module accepts the example but not N + 1: export the dimension as a static one (DynamicBatch = false for the batch), or set its MultipleOf." },
        { "random windows", () => nn.FractionalMaxPool2d(2, output_size: 3), [2, 3, 8, 8],
            "it draws its windows at random, in eval mode too. Use an adaptive or an ordinary pooling." },
        { "shape that does not fit", () => nn.Linear(3, 2), [2, 4],
            "its forward failed on an input of shape [2, 4]: mat1 and mat2 shapes cannot be multiplied (2x4 and 3x2). Give an example with a shape that the module accepts." },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Export_UnsupportedModule_IsRefusedWithReason(
        string what, Func<nn.Module<Tensor, Tensor>> build, long[] shape, string sentence)
    {
        Assert.NotEmpty(what);
        using var model = nn.Sequential(("first", nn.Identity()), ("second", build()));
        var refusal = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(shape)));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("second", problem.ModulePath);
        Assert.Equal($"second ({problem.ModuleType}): {sentence}", problem.ToString());
        Assert.Contains(problem.ToString(), refusal.Message);
    }
}
