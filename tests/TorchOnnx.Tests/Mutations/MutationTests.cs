using TorchOnnx.Graph;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchOnnx.Verification;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Tests.Mutations;

/// <summary>Plants faults in the graphs of standard modules; the verification must find each of them.</summary>
public sealed class MutationTests
{
    private static readonly IReadOnlyDictionary<string, Case> Standard = ((IEnumerable<Case>)
    [
        new("Linear", () => Linear(6, 5), [2, 6]),
        new("Conv1d", () => Conv1d(4, 6, 3, stride: 2, padding: 1, dilation: 2), [2, 4, 11]) { Open = [2] },
        new("Conv2d", () => Conv2d(4, 6, 3, padding: 1, groups: 2), [2, 4, 7, 6]),
        new("Conv3d", () => Conv3d(2, 3, 2), [2, 2, 4, 5, 3]),
        new("ConvTranspose2d", () => ConvTranspose2d(4, 6, 3, stride: 2, padding: 1, groups: 2), [2, 4, 5, 4]),
        new("fold", () => Unfold(3, padding: 1), [2, 3, 5, 6]),
        // Ten times the default of 1e-5 changes the results of a variance of 1 by less than the tolerance.
        new("BatchNorm1d", () => BatchNorm1d(5, eps: 1e-3), [2, 5, 4]),
        new("BatchNorm2d", () => BatchNorm2d(5, eps: 1e-3), [2, 5, 4, 3]),
        new("InstanceNorm2d", () => InstanceNorm2d(5, affine: true), [2, 5, 4, 3]),
        new("GroupNorm", () => GroupNorm(2, 6), [2, 6, 4, 3]),
        new("LayerNorm", () => LayerNorm([32]), [2, 4, 32]),
        new("LocalResponseNorm", () => LocalResponseNorm(3, alpha: 0.5), [2, 5, 4, 3]),
        new("MaxPool2d", () => MaxPool2d(3, stride: 2, padding: 1), [2, 3, 8, 7]) { Open = [2, 3] },
        new("MaxPool2d, ceiling", () => MaxPool2d(2, ceil_mode: true), [2, 3, 7, 7]) { Open = [2, 3] },
        new("AvgPool2d", () => AvgPool2d(3, stride: 2, padding: 1), [2, 3, 8, 7]) { Open = [2, 3] },
        new("AdaptiveAvgPool2d", () => AdaptiveAvgPool2d(1), [2, 3, 5, 4]),
        new("AdaptiveMaxPool2d", () => AdaptiveMaxPool2d([2, 2]), [2, 3, 6, 4]),
        new("ReLU", () => ReLU(), [2, 9]),
        new("ReLU6", () => ReLU6(), [2, 9]),
        new("LeakyReLU", () => LeakyReLU(), [2, 9]),
        new("PReLU", () => PReLU(4), [2, 4, 3]),
        new("ELU", () => ELU(0.7), [2, 9]),
        new("SELU", () => SELU(), [2, 9]),
        new("CELU", () => CELU(0.7), [2, 9]),
        new("GELU", () => GELU(), [2, 9]),
        new("GELU, tanh", () => new Lambda(x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)), [2, 9]),
        new("SiLU", () => SiLU(), [2, 9]),
        new("Mish", () => Mish(), [2, 9]),
        new("Hardswish", () => Hardswish(), [2, 9]),
        new("Hardsigmoid", () => Hardsigmoid(), [2, 9]),
        new("Hardshrink", () => Hardshrink(), [2, 9]),
        new("Softshrink", () => Softshrink(), [2, 9]),
        new("Threshold", () => Threshold(0.5, 20), [2, 9]),
        new("Softplus", () => Softplus(2), [2, 9]),
        new("Softmax", () => Softmax(1), [2, 5, 3]),
        new("LogSoftmax", () => LogSoftmax(-1), [2, 5, 3]),
        new("GLU", () => GLU(1), [2, 6, 3]),
        new("Upsample, nearest", () => Upsample(scale_factor: [2, 2]), [2, 2, 4, 3]),
        new("Upsample, bilinear", () => Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), [2, 2, 4, 3]),
        new("Upsample, corners", () => Upsample(
            scale_factor: [2, 2], mode: UpsampleMode.Bicubic, align_corners: true), [2, 2, 4, 3]),
        new("ConstantPad2d", () => ConstantPad2d(1, 3.5), [2, 2, 4, 3]),
        new("ReflectionPad2d", () => ReflectionPad2d(1), [2, 2, 4, 3]),
        new("PixelShuffle", () => PixelShuffle(2), [2, 8, 3, 2]),
        new("Flatten", () => Flatten(), [2, 3, 4]),
        new("LSTM", () => LSTM(3, 4, batchFirst: true), [2, 5, 3]),
        new("GRU", () => GRU(3, 4), [5, 2, 3]),
        new("RNN", () => RNN(3, 4), [5, 2, 3]),
        new("TransformerEncoderLayer", () => TransformerEncoderLayer(4, 2, 8), [5, 2, 4]),
        new("scaled_dot_product_attention", (x, y) =>
            functional.scaled_dot_product_attention(x, y, y, is_casual: true), [2, 2, 5, 4], [2, 2, 5, 4]),
        new("add", (x, y) => x.add(y, alpha: 2), [2, 9], [2, 9]),
        new("sub", (x, y) => x - y, [2, 9], [2, 9]),
        new("mul", (x, y) => x * y, [2, 9], [2, 9]),
        new("div", (x, y) => x / (y.abs() + 1), [2, 9], [2, 9]),
        new("remainder", (x, y) => x.remainder(y), [2, 9], [2, 9]),
        new("pow", x => x.pow(3), [2, 9]),
        new("gt", (x, y) => x > y, [2, 9], [2, 9]),
        new("le", x => x <= 0, [2, 9]),
        new("where", (x, y) => where(x >= 1, x, y), [2, 9], [2, 9]),
        new("maximum", (x, y) => maximum(x, y), [2, 9], [2, 9]),
        new("clamp", x => x.clamp(-1, 5), [2, 9]),
        new("floor", x => x.floor(), [2, 9]),
        new("ceil", x => x.ceil(), [2, 9]),
        new("round", x => x.round(), [2, 9]),
        new("trunc", x => x.trunc(), [2, 9]),
        new("sqrt", x => x.abs().sqrt(), [2, 9]),
        new("erf", x => x.erf(), [2, 9]),
        new("sum", x => x.sum(1), [2, 5, 3]),
        new("mean", x => x.mean([2, 3]), [2, 3, 4, 5]),
        new("amax", x => x.amax([1], keepdim: true), [2, 5, 3]),
        new("var", x => x.var(1), [2, 5, 3]),
        new("norm", x => x.norm(1), [2, 5, 3]),
        new("normalize", x => functional.normalize(x), [2, 5, 3]),
        new("argmax", x => x.argmax(1), [2, 5, 3]),
        new("topk", x => [x.topk(2, 1).values, x.topk(2, 1).indexes], [2, 5, 3]),
        new("cumsum", x => x.cumsum(1), [2, 5, 3]),
        new("matmul", (x, y) => x.matmul(y), [2, 3, 3], [2, 3, 3]),
        new("einsum", (x, y) => einsum("bij,bkj->bik", x, y), [2, 3, 3], [2, 3, 3]),
        new("gather", (x, y) => x.gather(1, y), [2, 5], [2, 3]) { Indices = 5 },
        new("scatter_add", (x, y) => x.scatter_add(1, y, ones_like(y).to(float32)), [2, 5], [2, 3]) { Indices = 5 },
        new("one_hot", (x, y) => x + functional.one_hot(y, 5), [2, 5], [2]) { Indices = 5 },
        new("Embedding", () => new EmbeddingSum(), [2, 4], [2, 3]) { Indices = 5 },
        new("slice", x => x.slice(1, 0, 4, 2), [2, 5, 3]),
        new("permute", x => x.permute(0, 2, 1), [2, 5, 3]),
        new("flip", x => x.flip(1), [2, 5, 3]),
        new("roll", x => x.roll(1, 1), [2, 5, 3]),
        new("cat", (x, y) => cat([x, y], 1), [2, 3, 4], [2, 3, 4]),
        new("stack", (x, y) => stack([x, y], 1), [2, 3, 4], [2, 3, 4]),
        new("split", x => x.split(2, 1), [2, 4, 3]),
        new("expand", x => x.unsqueeze(1).expand(-1, 3, -1), [2, 4]),
        new("tril", x => x.tril(-1), [2, 4, 4]),
    ]).ToDictionary(module => module.Name);

    // Changes that don't make the graph wrong.
    private static readonly IReadOnlyDictionary<string, string> Harmless = new Dictionary<string, string>
    {
        ["MaxPool2d, ceiling: MaxPool pads[2] + 1"] = "A window that starts in the padding is dropped.",
        ["MaxPool2d, ceiling: MaxPool pads[3] + 1"] = "The same.",
        ["TransformerEncoderLayer: Add → Sub"] = "Softmax removes what all keys have in common: their bias.",
        ["TransformerEncoderLayer: Add dropped"] = "The same bias.",
        ["TransformerEncoderLayer: self_attn.in_proj_bias.Split_1 rotated"] = "The same bias.",
        ["TransformerEncoderLayer: LayerNormalization axis -1 → -2"] =
            "ONNX Runtime merges it with the addition before it, and then ignores the axis.",
        ["remainder: Less → LessOrEqual"] = "The sign of a remainder of zero, and of a remainder by zero, isn't used.",
        ["var: Sub inputs 0 and 1 swapped"] = "The difference is squared.",
        ["normalize: /Constant 1E-12 → 1E-11"] = "Only norms between the two show it.",
    };

    // Faults that the few passes of a large module don't find.
    private static readonly IReadOnlyDictionary<string, string> Missed = new Dictionary<string, string>
    {
        ["Conv1d: Conv pads[1] + 1"] = "Only every other length shows it.",
        ["MaxPool2d: MaxPool pads[3] + 1"] = "The same.",
        ["AvgPool2d: AveragePool pads[3] + 1"] = "The same.",
        ["GroupNorm: InstanceNormalization epsilon 1E-05 → 0.0001"] = "Small numbers show it.",
        ["Threshold: /Constant 0.5 → 0.55"] = "Only numbers between the two show it.",
        ["le: LessOrEqual → Less"] = "Zeros show it.",
        ["normalize: Max dropped"] = "The same.",
    };

    public static TheoryData<string, bool> Names => [.. Standard.Keys.SelectMany(
        name => (TheoryDataRow<string, bool>[])[new(name, true), new(name, false)])];

    [Fact]
    public void Standard_Modules_AreAtLeastForty() => Assert.True(Standard.Count >= 40, $"there are {Standard.Count}");

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public void Verify_PlantedFault_Fails(string name, bool isThorough)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var entry = Standard[name];
        var model = entry.Build();
        ModuleCheck.Randomize(model);
        var options = entry.Options with { Thorough = isThorough };
        var exported = (ExportResult.Exported)ExportRequest.Create(model, entry.Example(), options).Run();
        var runner = new OnnxRuntimeRunner();
        var right = Verifier.Create(exported).Verify(runner);
        Assert.True(right.Passed, right.ToString());

        var reports = Mutants.Of(exported.Model).Select(mutant => (Change: $"{name}: {mutant.Change}",
            Report: Verifier.Create(exported with { Model = mutant.Model }).Verify(runner))).ToList();

        var missed = reports.Where(entry => entry.Report.Passed).Select(entry => entry.Change).Except(Harmless.Keys);
        Assert.Empty(isThorough ? missed : missed.Except(Missed.Keys));
    }

    private sealed class EmbeddingSum : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding _table = Embedding(5, 4);

        public EmbeddingSum() : base(nameof(EmbeddingSum)) => RegisterComponents();

        public override Tensor forward(Tensor input, Tensor indices) => _table.call(indices).sum(1) + input;
    }
}
