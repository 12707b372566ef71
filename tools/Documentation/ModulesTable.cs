using OnnxDigits.DeviceTests;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The exporter's modules on a device against the CPU, as TestGpu recorded them.</summary>
internal static class ModulesTable
{
    public const string Name = "modules";

    public static string Write(string root)
    {
        ModuleFigure[] all = [.. Records.ReadLines<ModuleFigure>(root, "device-modules.jsonl").OrderBy(module => module.Module, StringComparer.Ordinal)];
        ModuleFigure[] ran = [.. all.Where(module => module.Lacking is null)];
        ModuleFigure[] close = [.. ran.Where(module => module.Difference <= ModuleFigure.Tolerance)];
        ModuleFigure[] others = [.. all.Where(module => module.Lacking is not null || module.KnownCause is not null || module.CpuOperators.Count > 0)];
        string table = MarkdownTable.Format(
            ["module", "nodes on the device", "left to the CPU", "from the CPU"],
            others.Select(module => (IReadOnlyList<string>)
            [
                $"`{module.Module}`",
                module.Lacking is null ? module.NodesOnDevice.Text() : "–",
                module.CpuOperators.Count == 0 ? "–" : string.Join(", ", module.CpuOperators),
                module.Lacking is { } lacking ? $"not run: the device lacks {lacking}"
                    : module.KnownCause is { } cause ? $"{module.Difference.Text("0.0e+0")}: {cause}" : module.Difference.Text("0.0e+0"),
            ]));
        return MarkedTable.Frame($"""
            Of the exporter's {all.Length} modules as people write them, {ran.Length} ran, {ran.Count(module => module.CpuOperators.Count == 0)} of them wholly on the device. {close.Length} are within 1e-4 of the CPU, the
            furthest of these {close.Max(module => module.Difference).Text("0.0e+0")} from it. All but those that ran wholly on the device and are within 1e-4:

            {table}
            """);
    }
}
