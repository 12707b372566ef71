using TorchSharp;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>A module of one type and what it is called with.</summary>
/// <param name="Build">Builds the module.</param>
/// <param name="Example">Draws the example.</param>
internal sealed record Sample(Func<torch.nn.Module> Build, Func<object?[]> Example)
{
    /// <summary>A sample that is called with one tensor of normal numbers.</summary>
    public Sample(Func<torch.nn.Module> build, params long[] shape) : this(build, () => [torch.randn(shape)]) { }

    /// <summary>How it is exported.</summary>
    public OnnxExportOptions Options { get; init; } = new();

    /// <summary>Whether TorchSharp's own result can be relied on.</summary>
    public bool HasReference { get; init; } = true;

    /// <summary>A remark on when that holds.</summary>
    public string Remark { get; init; } = "";
}
