using System.Globalization;

namespace OnnxDigits.Data.Drawing;

/// <summary>Represents a control point of a stroke, x to the right and y down, in units of the box.</summary>
internal readonly record struct Knot(double X, double Y, bool IsCorner = false);

/// <summary>
/// Represents a style of a digit: one or more sketches with the same number of knots. Writers vary between the
/// sketches. A sketch is a list of knots "x,y" in per cent of a box, connected by a smooth curve. "!" after a knot
/// makes it a corner. "|" lifts the pen.
/// </summary>
internal sealed class Glyph(double weight, params string[] sketches)
{
    // How far a mixture may exceed a sketch, relative to the distance between the sketch and the mean.
    private const double Exaggeration = 0.25;

    private readonly Knot[][][] _sketches = ParseSketches(sketches);

    /// <summary>Gets the frequency of the style relative to the digit's other styles.</summary>
    public double Weight { get; } = weight;

    /// <summary>Returns the mean of the sketches with random weights, as strokes of knots.</summary>
    public Knot[][] Mix(ref SplitMix64 random)
    {
        Span<double> shares = stackalloc double[_sketches.Length];
        double sum = 0.0;
        foreach (ref double share in shares)
        {
            // Squaring favours one sketch; without it, most mixtures would resemble the mean.
            double unit = random.Unit();
            share = unit * unit;
            sum += share;
        }

        foreach (ref double share in shares)
        {
            share = ((1 + Exaggeration) * share / sum) - (Exaggeration / shares.Length);
        }
        var strokes = new Knot[_sketches[0].Length][];
        for (int i = 0; i < strokes.Length; i++)
        {
            strokes[i] = new Knot[_sketches[0][i].Length];
            for (int j = 0; j < strokes[i].Length; j++) strokes[i][j] = Mean(i, j, shares);
        }

        return strokes;
    }

    private Knot Mean(int stroke, int place, ReadOnlySpan<double> shares)
    {
        double x = 0, y = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            var knot = _sketches[i][stroke][place];
            x += shares[i] * knot.X;
            y += shares[i] * knot.Y;
        }

        return new Knot(x, y, _sketches[0][stroke][place].IsCorner);
    }

    private static Knot[][][] ParseSketches(string[] texts)
    {
        Knot[][][] parsed = [.. texts.Select(ParseSketch)];
        string form = Form(parsed[0]);
        int other = Array.FindIndex(parsed, sketch => Form(sketch) != form);
        return other < 0
            ? parsed
            : throw new ArgumentException(
                $"The sketch \"{texts[other]}\" has other strokes, knots or corners than \"{texts[0]}\".");
    }

    private static string Form(Knot[][] sketch) =>
        string.Join('|', sketch.Select(stroke => string.Concat(stroke.Select(knot => knot.IsCorner ? '!' : '.'))));

    private static Knot[][] ParseSketch(string text) => [.. text.Split('|').Select(ParseStroke)];

    private static Knot[] ParseStroke(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseKnot)];

    private static Knot ParseKnot(string text)
    {
        string[] numbers = text.TrimEnd('!').Split(',');
        return new Knot(Percent(numbers[0]), Percent(numbers[1]), text.EndsWith('!'));
    }

    private static double Percent(string text) => double.Parse(text, CultureInfo.InvariantCulture) / 100;
}
