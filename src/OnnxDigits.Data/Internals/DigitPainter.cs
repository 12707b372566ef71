using System.Runtime.InteropServices;

namespace OnnxDigits.Data.Internals;

/// <summary>One digit from one random generator: choose a shape, write it in somebody's hand, rasterise it.</summary>
internal static class DigitPainter
{
    // Standard deviation of a knot's place, as a share of the box: from a steady hand to a wild one.
    private const double SteadiestJitter = 0.01;
    private const double WildestJitter = 0.055;
    private const double EndJitter = 1.5;

    public static void Paint(int digit, ref SplitMix64 random, Span<byte> pixels)
    {
        var points = new List<PenPoint>(160);
        var glyph = Choose(Glyphs.All[digit], ref random);
        var jitter = random.Uniform(SteadiestJitter, WildestJitter);
        foreach (var stroke in glyph.Strokes)
            StrokeCurve.Append(Jitter(stroke, jitter, ref random), points);

        var ink = CollectionsMarshal.AsSpan(points);
        new Handwriting(digit, ref random).Apply(ink);
        var pen = new Pen(ref random);
        pen.Apply(ink, ref random);
        MnistRaster.Render(ink, pen.Softness, pixels);
    }

    private static Glyph Choose(Glyph[] glyphs, ref SplitMix64 random)
    {
        var rest = random.Unit() * glyphs.Sum(glyph => glyph.Weight);
        foreach (var glyph in glyphs)
        {
            rest -= glyph.Weight;
            if (rest < 0)
                return glyph;
        }

        return glyphs[^1];
    }

    private static Knot[] Jitter(Knot[] stroke, double deviation, ref SplitMix64 random)
    {
        var moved = new Knot[stroke.Length];
        for (var i = 0; i < stroke.Length; i++)
        {
            var knot = stroke[i];
            // Where the pen is set down and lifted varies most.
            var here = i == 0 || i == stroke.Length - 1 ? EndJitter * deviation : deviation;
            moved[i] = knot with { X = knot.X + random.Normal(here), Y = knot.Y + random.Normal(here) };
        }

        return moved;
    }
}
