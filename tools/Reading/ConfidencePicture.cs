using System.Globalization;
using System.Text;

namespace OnnxDigits.Tools.Reading;

/// <summary>Draws a reliability diagram and a diagram of error against coverage, side by side, as SVG.</summary>
internal static class ConfidencePicture
{
    private const int Side = 300;
    private const int Margin = 60;

    // The coverage and the error at the left and the top of the second diagram.
    private const double MinCoverage = 0.9;
    private const double MaxError = 0.03;

    private static readonly string[] Colors = ["#3b82f6", "#f97316"];

    public static void Draw(string path, IReadOnlyList<(string Name, Answer[] Answers)> groups, double[] bins)
    {
        var svg = new StringBuilder();
        int width = 2 * (Side + Margin) + Margin, height = Side + (2 * Margin);
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" "))
            .Append("font-family=\"sans-serif\" font-size=\"13\" fill=\"#808080\">\n");
        Axes(svg, Margin, "Right at each confidence", "confidence", ["0", "0.5", "1"], ["0", "0.5", "1"]);
        Axes(
            svg, Side + (2 * Margin), "Wrong among the most confident", "share of the digits",
            ["90 %", "95 %", "100 %"], ["0", "1.5 %", "3 %"]);
        svg.Append(Line(Margin, [(0, 0), (1, 1)], "#808080", "4 4"));
        for (int i = 0; i < groups.Count; i++)
        {
            (string name, Answer[] answers) = groups[i];
            (double, double)[] reliability =
            [
                .. Enumerable.Range(0, bins.Length - 1).Select(bin => Confidence.InBin(answers, bin))
                    .Where(within => within.Length >= 5)
                    .Select(within => (
                        (double)within.Average(answer => answer.Prediction.Confidence),
                        within.Average(answer => answer.IsRight ? 1.0 : 0))),
            ];
            (double, double)[] errors =
            [
                .. Enumerable.Range(0, 101).Select(step => MinCoverage + ((1 - MinCoverage) * step / 100))
                    .Select(coverage => (
                        (coverage - MinCoverage) / (1 - MinCoverage),
                        Math.Min(1, Confidence.ErrorAt(answers, coverage) / MaxError))),
            ];
            svg.Append(Line(Margin, reliability, Colors[i])).Append(Line(Side + (2 * Margin), errors, Colors[i]));
            svg.Append(Invariant($"<text x=\"{Margin + 12}\" y=\"{Margin + 20 + (18 * i)}\" fill=\"{Colors[i]}\">"))
                .Append(name).Append("</text>\n");
        }

        File.WriteAllText(path, svg.Append("</svg>\n").ToString());
    }

    private static void Axes(
        StringBuilder svg, int left, string title, string xTitle, string[] xTicks, string[] yTicks)
    {
        svg.Append(Invariant($"<rect x=\"{left}\" y=\"{Margin}\" width=\"{Side}\" height=\"{Side}\" "))
            .Append("fill=\"none\" stroke=\"#808080\"/>\n");
        Text(left + (Side / 2), Margin - 16, title);
        Text(left + (Side / 2), Margin + Side + 38, xTitle);
        for (int i = 0; i < 3; i++)
        {
            Text(left + (Side * i / 2), Margin + Side + 18, xTicks[i]);
            svg.Append(Invariant($"<text x=\"{left - 6}\" y=\"{Margin + Side - (Side * i / 2) + 5}\" "))
                .Append("text-anchor=\"end\">").Append(yTicks[i]).Append("</text>\n");
        }

        void Text(int x, int y, string text) => svg
            .Append(Invariant($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">")).Append(text).Append("</text>\n");
    }

    private static string Line(int left, (double X, double Y)[] points, string color, string dashes = "none") =>
        Invariant($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\" ")
        + Invariant($"points=\"{string.Join(' ', points.Select(p => Place(left, p.X, p.Y)))}\"/>\n");

    private static string Place(int left, double x, double y) =>
        Invariant($"{left + (Side * x):F1},{Margin + (Side * (1 - y)):F1}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
