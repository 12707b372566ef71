using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The sample in Python beside the command, as samples/python/agree.py recorded it.</summary>
internal static class PythonTable
{
    public const string Page = "docs/python.md";
    public const string Name = "agreement";

    public static string Write(string root) => MarkedTable.Format(
        ["files", "the same digit as `infer`", "largest difference of a confidence", "onnxruntime, numpy, Pillow"],
        Load(root).Select(figure => (IReadOnlyList<string>)
        [
            figure.Files,
            $"{figure.Same.Text("N0")} of {figure.Images.Text("N0")}",
            figure.LargestDifference.Text("0.0000"),
            figure.Versions,
        ]));

    public static IReadOnlyList<PythonFigure> Load(string root) => Records.ReadLines<PythonFigure>(root, "python.jsonl");
}

/// <summary>Files of one kind.</summary>
/// <param name="Files">What they are.</param>
/// <param name="Sha256">Of the network's file.</param>
/// <param name="Images">How many.</param>
/// <param name="Same">Those that both read as the same digit.</param>
/// <param name="LargestDifference">Of a confidence, in the four decimals that the sample prints.</param>
/// <param name="Versions">Of what Python ran it with.</param>
internal sealed record PythonFigure(string Files, string Sha256, int Images, int Same, double LargestDifference, string Versions);
