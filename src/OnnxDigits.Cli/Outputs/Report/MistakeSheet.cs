using System.Globalization;
using System.Text;

namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>A contact sheet of mistakes as SVG: what the network saw, its label, what it was read as, how surely.</summary>
internal static class MistakeSheet
{
    private const int Columns = 10;
    private const int Width = 92;
    private const int Height = 108;
    private const int Picture = 72;

    public static string Draw(IReadOnlyList<Mistake> mistakes)
    {
        int rows = Math.Max(1, (mistakes.Count + Columns - 1) / Columns);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Columns * Width} {rows * Height}\" "
            + $"width=\"{Columns * Width}\" height=\"{rows * Height}\" font-family=\"sans-serif\" font-size=\"13\" "
            + $"text-anchor=\"middle\">\n<rect width=\"{Columns * Width}\" height=\"{rows * Height}\" fill=\"#fff\"/>\n");
        foreach (var (index, mistake) in mistakes.Index())
        {
            int x = index % Columns * Width, y = index / Columns * Height;
            svg.Append(CultureInfo.InvariantCulture,
                $"<image x=\"{x + (Width - Picture) / 2}\" y=\"{y + 6}\" width=\"{Picture}\" height=\"{Picture}\" "
                + $"style=\"image-rendering:pixelated\" href=\"{DigitPng.ToDataUri(mistake.Image)}\"/>\n"
                + $"<text x=\"{x + Width / 2}\" y=\"{y + Picture + 22}\">{mistake.Label} → <tspan font-weight=\"bold\" "
                + $"fill=\"#c83220\">{mistake.Digit}</tspan> {100 * mistake.Confidence:0} %</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }
}
