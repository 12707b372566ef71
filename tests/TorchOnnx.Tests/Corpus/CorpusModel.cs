namespace TorchOnnx.Tests.Corpus;

/// <summary>A module as a user would write it, with example inputs.</summary>
internal sealed record CorpusModel(string Name, Func<nn.Module> Build, Func<object?[]> Example)
{
    public IReadOnlyList<DynamicDimension> Dynamic { get; init; } = [];

    public int Opset { get; init; } = 17;

    public bool HalfPrecision { get; init; }

    /// <summary>Gets the method and a part of the reason of the refusal, if the module is refused.</summary>
    public (string Method, string Reason)? Refusal { get; init; }

    public static CorpusModel Of(string name, Func<nn.Module> build, params long[] shape) =>
        new(name, build, () => [randn(shape)]);
}
