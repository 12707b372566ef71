using System.Globalization;

namespace OnnxDigits.Data.Drawing;

/// <summary>A point of a stroke, x to the right, y down.</summary>
internal readonly record struct Knot(double X, double Y, bool IsCorner = false);

/// <summary>
/// One style of a digit, given by one or more sketches that agree knot for knot: the extremes between which hands lie.
/// A sketch's strokes are text: knots "x,y" in per cent of a box, through which a smooth curve goes; "!" after a knot
/// makes a corner of it, "|" lifts the pen.
/// </summary>
internal sealed class Glyph(double weight, params string[] sketches)
{
    // How far hands go beyond the sketches, as a share of the way there from the sketches' mean.
    private const double Exaggeration = 0.25;

    private readonly Knot[][][] _sketches = ParseSketches(sketches);

    /// <summary>How often this style is drawn, relative to the digit's other styles.</summary>
    public double Weight { get; } = weight;

    /// <summary>One hand's strokes: the weighted mean of the sketches, with weights drawn at random.</summary>
    public Knot[][] Mix(ref SplitMix64 random)
    {
        Span<double> shares = stackalloc double[_sketches.Length];
        var sum = 0.0;
        foreach (ref var share in shares)
        {
            // The square favours one sketch over the others, or their mean would be all that is seen.
            var unit = random.Unit();
            share = unit * unit;
            sum += share;
        }

        foreach (ref var share in shares)
            share = ((1 + Exaggeration) * share / sum) - (Exaggeration / shares.Length);
        var strokes = new Knot[_sketches[0].Length][];
        for (var i = 0; i < strokes.Length; i++)
        {
            strokes[i] = new Knot[_sketches[0][i].Length];
            for (var j = 0; j < strokes[i].Length; j++)
                strokes[i][j] = Mean(i, j, shares);
        }

        return strokes;
    }

    private Knot Mean(int stroke, int place, ReadOnlySpan<double> shares)
    {
        double x = 0, y = 0;
        for (var i = 0; i < shares.Length; i++)
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
        var form = Form(parsed[0]);
        var other = Array.FindIndex(parsed, sketch => Form(sketch) != form);
        return other < 0
            ? parsed
            : throw new ArgumentException($"The sketch \"{texts[other]}\" differs from \"{texts[0]}\" in strokes, knots or corners.");
    }

    private static string Form(Knot[][] sketch) =>
        string.Join('|', sketch.Select(stroke => string.Concat(stroke.Select(knot => knot.IsCorner ? '!' : '.'))));

    private static Knot[][] ParseSketch(string text) => [.. text.Split('|').Select(ParseStroke)];

    private static Knot[] ParseStroke(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseKnot)];

    private static Knot ParseKnot(string text)
    {
        var numbers = text.TrimEnd('!').Split(',');
        return new Knot(Percent(numbers[0]), Percent(numbers[1]), text.EndsWith('!'));
    }

    private static double Percent(string text) => double.Parse(text, CultureInfo.InvariantCulture) / 100;
}
