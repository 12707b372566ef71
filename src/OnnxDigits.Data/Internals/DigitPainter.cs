namespace OnnxDigits.Data.Internals;

/// <summary>One digit from one random generator: choose a shape, write it in somebody's hand, rasterise it.</summary>
internal static class DigitPainter
{
    public static void Paint(int digit, ref SplitMix64 random, Span<byte> pixels)
    {
        var points = new List<PenPoint>(160);
        var glyph = Choose(Glyphs.All[digit], ref random);
        var jitter = random.Uniform(0.01, 0.055);
        foreach (var stroke in glyph.Strokes)
            StrokeCurve.Append(Jitter(stroke, jitter, ref random), points);

        var ink = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points);
        Handwriting.Draw(digit, ref random).Apply(ink);
        var pen = Pen.Draw(ref random);
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
            moved[i] = knot with { X = knot.X + random.Normal(deviation), Y = knot.Y + random.Normal(deviation) };
        }

        return moved;
    }
}
