using System.Runtime.InteropServices;

namespace OnnxDigits.Data.Drawing;

/// <summary>Draws one digit: chooses a style, applies a handwriting and a pen, and rasterizes the strokes.</summary>
internal static class DigitPainter
{
    // Bounds of the standard deviation of a knot's position, relative to the box.
    private const double MinJitter = 0.01;
    private const double MaxJitter = 0.055;
    private const double EndFactor = 1.5;

    public static void Paint(int digit, ref SplitMix64 random, Span<byte> pixels) =>
        Paint(digit, Choose(Glyphs.All[digit], ref random), 1, ref random, pixels);

    /// <summary>Draws a digit in a style. The thickness of the pen is relative to MNIST's.</summary>
    public static void Paint(int digit, Glyph style, double thickness, ref SplitMix64 random, Span<byte> pixels)
    {
        Span<PenPoint> ink = CollectionsMarshal.AsSpan(Sketch(style, ref random));
        var handwriting = new Handwriting(digit, ref random);
        handwriting.Apply(ink);
        var pen = new Pen(digit, handwriting.RelativeWidth, thickness, ref random);
        pen.Apply(ink, ref random);
        MnistRaster.Render(ink, pen, ref random, pixels);
    }

    /// <summary>Returns a style's strokes in the unit box, with knots moved at random.</summary>
    public static List<PenPoint> Sketch(Glyph style, ref SplitMix64 random)
    {
        var points = new List<PenPoint>(160);
        double jitter = random.Uniform(MinJitter, MaxJitter);
        foreach (var stroke in style.Mix(ref random)) StrokeCurve.Append(Jitter(stroke, jitter, ref random), points);
        return points;
    }

    /// <summary>Chooses a style at random, in proportion to the weights.</summary>
    public static Glyph Choose(IReadOnlyList<Glyph> glyphs, ref SplitMix64 random)
    {
        double rest = random.Unit() * glyphs.Sum(glyph => glyph.Weight);
        foreach (var glyph in glyphs)
        {
            rest -= glyph.Weight;
            if (rest < 0) return glyph;
        }

        return glyphs[^1];
    }

    private static Knot[] Jitter(Knot[] stroke, double deviation, ref SplitMix64 random)
    {
        for (int i = 0; i < stroke.Length; i++)
        {
            var knot = stroke[i];
            // The positions where the pen is set down and lifted vary most.
            double here = i == 0 || i == stroke.Length - 1 ? EndFactor * deviation : deviation;
            stroke[i] = knot with { X = knot.X + random.Normal(here), Y = knot.Y + random.Normal(here) };
        }

        return stroke;
    }
}
