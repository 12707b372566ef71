using OnnxDigits.Tools.DigitFiles;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>Generated digits beside MNIST's: their ink as tools/DigitFiles recorded it, and how networks read across.</summary>
internal static class DrawnTables
{
    public const string Page = "docs/training.md";
    public const string Ink = "ink";
    public const string Across = "across";

    public static string WriteInk(string root)
    {
        var (given, drawn) = Records.Read<InkComparison>(root, "drawn-ink.json");
        return MarkedTable.Format(
            ["", $"MNIST ({given.Count.Text("N0")})", $"drawn ({drawn.Count.Text("N0")})"],
            [
                ["mean pixel, 0 to 1", .. Both(ink => ink.Ink.Text("0.0000"))],
                ["standard deviation of all pixels", .. Both(ink => ink.Deviation.Text("0.0000"))],
                ["width of the line, pixels", .. Both(ink => $"{ink.Pen.Text("0.00")} ± {ink.PenDeviation.Text("0.00")}")],
                ["width over height", .. Both(ink => ink.Aspect.Text("0.00"))],
                ["shift to the right per pixel upwards", .. Both(ink => ink.Slant.Text("0.00"))],
            ]);

        string[] Both(Func<InkMeasures, string> text) => [text(given), text(drawn)];
    }

    public static string WriteAcross(string root)
    {
        EvaluationFigure[] both = [Records.Read<EvaluationFigure>(root, "drawn-to-mnist.json"), Records.Read<EvaluationFigure>(root, "mnist-to-drawn.json")];
        return MarkedTable.Format(
            ["the conv network, trained on", "test images of", "accuracy"],
            both.Select(figure => (IReadOnlyList<string>)[figure.TrainedOn, $"{figure.Dataset} ({figure.Images.Text("N0")})", figure.Accuracy.Text("0.0000")]));
    }
}
