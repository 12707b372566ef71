using System.Globalization;

namespace OnnxDigits.Data.Internals;

/// <summary>A point of a stroke, x to the right, y down.</summary>
internal readonly record struct Knot(double X, double Y, bool IsCorner = false);

/// <summary>
/// One way to write a digit. Its strokes are given as text: knots "x,y" in per cent of a box, through which a smooth
/// curve goes; "!" after a knot makes a corner of it, "|" lifts the pen.
/// </summary>
internal sealed class Glyph(double weight, string strokes)
{
    /// <summary>How often this shape is drawn, relative to the digit's other shapes.</summary>
    public double Weight { get; } = weight;

    public Knot[][] Strokes { get; } = [.. strokes.Split('|').Select(ParseStroke)];

    private static Knot[] ParseStroke(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseKnot)];

    private static Knot ParseKnot(string text)
    {
        var numbers = text.TrimEnd('!').Split(',');
        return new Knot(Percent(numbers[0]), Percent(numbers[1]), text.EndsWith('!'));
    }

    private static double Percent(string text) => double.Parse(text, CultureInfo.InvariantCulture) / 100;
}
