using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.Fuzz;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What became of mutated images and models, as tools/Fuzz recorded it.</summary>
internal static class FuzzTable
{
    public const string Page = "tools/Fuzz/README.md";
    public const string Name = "fuzz";

    public static string Write(string root)
    {
        FuzzFigures[] all = [Load(root, "images"), Load(root, "models")];
        return MarkedTable.Format(
            ["", .. all.Select(figures => $"{figures.Command}, seed {figures.Seed}")],
            [
                ["inputs", .. all.Select(figures => figures.Inputs.Text("N0"))],
                .. all.SelectMany(figures => figures.Outcomes.Keys).Distinct().Select(outcome => (IReadOnlyList<string>)
                    [outcome, .. all.Select(figures => figures.Outcomes.TryGetValue(outcome, out long count) ? $"{count.Text("N0")} ({((double)count / figures.Inputs).Text("0.00 %")})" : "–")]),
                ["exceptions that are not documented", .. all.Select(figures => figures.Unexpected.Text())],
                ["crashes and hangs", .. all.Select(figures => (figures.Crashes + figures.Hangs).Text())],
                ["calls of more than a second of the processor", .. all.Select(figures => figures.BusyOverOneSecond.Text())],
                ["memory of the largest worker, MiB", .. all.Select(figures => string.Join(", ", figures.Memory.Select(mark => $"{mark.MiB} at {mark.Percent} %")))],
            ]);
    }

    public static FuzzFigures Load(string root, string target) => Records.Read<FuzzFigures>(root, $"fuzz-{target}.json");
}
