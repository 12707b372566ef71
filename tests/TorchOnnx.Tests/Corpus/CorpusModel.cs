using static TorchSharp.torch;

namespace TorchOnnx.Tests.Corpus;

/// <summary>A module as a user would write it, with example inputs.</summary>
internal sealed record CorpusModel(string Name, Func<nn.Module> Build, Func<Tensor[]> Example)
{
    public IReadOnlyList<DynamicDimension> Dynamic { get; init; } = [];

    public int Opset { get; init; } = 17;

    public bool HalfPrecision { get; init; }

    public static CorpusModel Of(string name, Func<nn.Module> build, params long[] shape) =>
        new(name, build, () => [randn(shape)]);
}
