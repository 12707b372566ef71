using System.Globalization;
using System.Text;
using OnnxDigits.Data;

namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>A confusion matrix as SVG: rows are labels, the darker the larger their share of the row.</summary>
internal static class ConfusionPicture
{
    private const int Cell = 44;
    private const int Margin = 56;
    private const int Side = Margin + 10 * Cell + 12;

    public static string Draw(ConfusionMatrix confusion)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Side} {Side}\" width=\"{Side}\" height=\"{Side}\" "
            + $"font-family=\"sans-serif\" font-size=\"13\" text-anchor=\"middle\">\n"
            + $"<rect width=\"{Side}\" height=\"{Side}\" fill=\"#fff\"/>\n");
        Text(svg, Margin + 5 * Cell, 18, "read as", "#555");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text transform=\"translate(18 {Margin + 5 * Cell}) rotate(-90)\" fill=\"#555\">label</text>\n");
        for (int digit = 0; digit < 10; digit++)
        {
            Text(svg, Centre(digit), Margin - 12, $"{digit}", "#000");
            Text(svg, Margin - 16, Centre(digit) + 5, $"{digit}", "#000");
        }
        for (int label = 0; label < 10; label++)
        {
            long total = Enumerable.Range(0, 10).Sum(digit => confusion[label, digit]);
            for (int digit = 0; digit < 10; digit++)
                DrawCell(svg, label, digit, confusion[label, digit], total);
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawCell(StringBuilder svg, int label, int digit, long count, long total)
    {
        // A share of 1 % must be seen, and 100 % not drown everything else.
        double strength = count == 0 ? 0 : Math.Sqrt((double)count / total);
        string hue = label == digit ? "30,100,200" : "200,50,30";
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{Margin + digit * Cell}\" y=\"{Margin + label * Cell}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" "
            + $"fill=\"rgb({hue})\" fill-opacity=\"{0.06 + 0.94 * strength:0.00}\"/>\n");
        if (count > 0)
            Text(svg, Centre(digit), Centre(label) + 5, $"{count}", strength > 0.6 ? "#fff" : "#000");
    }

    private static int Centre(int digit) => Margin + digit * Cell + Cell / 2 - 1;

    private static void Text(StringBuilder svg, int x, int y, string text, string colour) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{text}</text>\n");
}
