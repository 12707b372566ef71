using TorchSharp;

namespace TorchOnnx.Tests.Refusals;

public sealed class RefusalTests
{
    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, long[], string> Refused => new()
    {
        { "padding mode", () => nn.Conv2d(1, 2, 3, Padding.Same, padding_mode: PaddingModes.Reflect), [2, 1, 5, 5],
            "padding_mode Reflect is supported only with numeric padding. Pass the padding as numbers." },
        { "unbatched pooling", () => nn.MaxPool2d(2), [1, 5, 5],
            "the input has 3 dimensions, but ONNX needs 4, with batch and channels first. "
            + "Add a batch dimension to the example." },
        { "output padding", () => nn.ConvTranspose2d(1, 2, 3, stride: 2, output_padding: 2, dilation: 3), [2, 1, 5, 5],
            "output_padding [2, 2] must be less than the stride [2, 2]. "
            + "Remove output_padding, and add a padding module after this one." },
        { "divisor with ceil mode", () => nn.AvgPool2d(2, ceil_mode: true, divisor_override: 3), [2, 1, 5, 5],
            "ONNX cannot express divisor_override together with ceil_mode. Use one of the two." },
        { "response norm over volumes", () => nn.LocalResponseNorm(2), [2, 3, 2, 2, 2],
            "the input has 3 spatial dimensions, and local_response_norm supports 1 or 2. "
            + "Reshape the input to [N, C, L] or [N, C, H, W] first." },
        { "unclipped hardtanh", () => nn.Hardtanh(), [2, 3],
            "this version of TorchSharp clips in Hardtanh only in place. Pass inplace: true." },
        { "negative reflection", () => nn.ReplicationPad1d((-1, 2)), [2, 3, 4],
            "padding [-1, 2] is negative, which mode 'edge' does not support. Crop first, or use constant padding." },
        { "batch split by GLU", () => nn.GLU(0), [2, 3],
            "its forward failed on an input of shape [3, 3]: Halving dimension must be even, but "
            + "dimension 0 is size 3. The module accepts the example but not N + 1: export the dimension as a static "
            + "one (DynamicBatch = false for the batch), or set its MultipleOf." },
        { "random windows", () => nn.FractionalMaxPool2d(2, output_size: 3), [2, 3, 8, 8],
            "it draws its windows at random, in eval mode too. Use adaptive pooling, or max or average pooling." },
        { "shape that does not fit", () => nn.Linear(3, 2), [2, 4],
            "its forward failed on an input of shape [2, 4]: mat1 and mat2 shapes cannot be multiplied (2x4 and 3x2). "
            + "Give an example with a shape and a dtype that the module accepts." },
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

    [Fact]
    public void Export_ScriptModule_IsRefused()
    {
        using var script = jit.load<Tensor, Tensor>(Path.Combine(AppContext.BaseDirectory, "Refusals", "twice.pt"));
        var refusal = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(script, randn(2, 3)));
        Assert.Equal("the module has no converter", Assert.Single(refusal.Problems).Reason);
    }
}
