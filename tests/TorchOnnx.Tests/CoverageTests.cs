using TorchOnnx.Tests.Modules;
using TorchOnnx.Tools.OperatorCoverage;

namespace TorchOnnx.Tests;

public sealed class CoverageTests
{
    private static readonly Lazy<IReadOnlyList<CoverageRow>> Rows = new(CoverageTable.Rows);

    public static TheoryData<string> Exported => [.. Rows.Value
        .Where(row => row.Status is CoverageStatus.Converted or CoverageStatus.Followed)
        .Where(row => Samples.ByModule.TryGetValue(row.Module, out var sample) && sample.HasReference)
        .Select(row => row.Module.FullName!)];

    [Fact]
    public void Modules_AllOfTorchSharp_HaveAStatus()
    {
        Assert.Equal(CoverageTable.Modules, Rows.Value.Select(row => row.Module));
        Assert.Empty(new ConverterRegistry().ModuleTypes.Except(CoverageTable.Modules));
        Assert.Equal(
            ["AdaptiveMaxPool3d", "FractionalMaxPool2d", "FractionalMaxPool3d"],
            Rows.Value.Where(row => row is { Status: CoverageStatus.Refused, Module.Namespace: "TorchSharp.Modules" })
                .Select(row => row.Module.Name));
    }

    [Theory]
    [MemberData(nameof(Exported), DisableDiscoveryEnumeration = true)]
    public void Sample_OfAnExportedModule_Equal(string module)
    {
        var sample = Samples.ByModule.Single(entry => entry.Key.FullName == module).Value;
        using var model = sample.Build();
        // TorchSharp leaves the weights of GroupNorm as the memory was.
        ModuleCheck.Randomize(model);
        ModuleCheck.IsEqual(model, sample.Example(), sample.Options);
    }

    [Fact]
    public void Document_AsCommitted_IsUpToDate()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OnnxDigits.slnx"))) root = Path.GetDirectoryName(root)!;
        Assert.Equal(CoverageTable.Write(), File.ReadAllText(Path.Combine(root, "docs", "coverage.md")));
    }
}
