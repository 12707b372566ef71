using System.Runtime.InteropServices;

namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Draws images that do not show a single readable digit: symbols, turned or mirrored digits, several digits, parts of
/// digits, digits crossed out, scribbles, lines and blots.
/// </summary>
internal static class NonDigitPainter
{
    private const double Thickness = 1;

    /// <summary>Draws an image.</summary>
    public static void Paint(ref SplitMix64 random, Span<byte> pixels)
    {
        double kind = random.Unit();
        if (kind < 0.08)
        {
            PaintBlot(ref random, pixels);
            return;
        }
        List<PenPoint> points = kind switch
        {
            < 0.54 => Written(DigitPainter.Choose(SymbolGlyphs.All, ref random), ref random),
            < 0.60 => TurnedDigit(ref random),
            < 0.72 => SeveralDigits(ref random),
            < 0.78 => PartOfDigit(ref random),
            < 0.84 => CrossedOut(ref random),
            < 0.94 => Scribble(ref random),
            _ => Lines(ref random),
        };
        Span<PenPoint> ink = CollectionsMarshal.AsSpan(points);
        var pen = new Pen(Thickness, ref random);
        pen.Apply(ink, ref random);
        MnistRaster.Render(ink, pen, ref random, pixels);
        MnistRaster.ScaleToPeak(pixels);
    }

    private static List<PenPoint> Written(Glyph style, ref SplitMix64 random)
    {
        List<PenPoint> points = DigitPainter.Sketch(style, ref random);
        new Handwriting(width: 0.95, slant: 0.08, ref random).Apply(CollectionsMarshal.AsSpan(points));
        return points;
    }

    private static List<PenPoint> Digit(ref SplitMix64 random) =>
        Digit((int)(random.Unit() * DigitImages.Classes), ref random);

    private static List<PenPoint> Digit(int digit, ref SplitMix64 random)
    {
        List<PenPoint> points = DigitPainter.Sketch(DigitPainter.Choose(Glyphs.All[digit], ref random), ref random);
        new Handwriting(digit, ref random).Apply(CollectionsMarshal.AsSpan(points));
        return points;
    }

    // Draws a digit on its side or mirrored. Leaves out digits that then look like another digit.
    private static List<PenPoint> TurnedDigit(ref SplitMix64 random)
    {
        bool isMirrored = random.Unit() < 0.5;
        ReadOnlySpan<byte> digits = isMirrored ? [3, 4, 6, 7, 9] : [2, 3, 4, 5, 7];
        List<PenPoint> points = Digit(digits[(int)(random.Unit() * digits.Length)], ref random);
        double turn = random.Unit() < 0.5 ? 1 : -1;
        foreach (ref PenPoint point in CollectionsMarshal.AsSpan(points))
        {
            (point.X, point.Y) = isMirrored ? (-point.X, point.Y) : (turn * point.Y, -turn * point.X);
        }
        return points;
    }

    // Draws two to four digits side by side, apart or touching.
    private static List<PenPoint> SeveralDigits(ref SplitMix64 random)
    {
        double unit = random.Unit();
        int count = unit < 0.6 ? 2 : unit < 0.85 ? 3 : 4;
        double gap = random.Uniform(-0.1, 0.4);
        var points = new List<PenPoint>();
        double right = 0;
        for (int i = 0; i < count; i++)
        {
            List<PenPoint> digit = Digit(ref random);
            double shift = right - digit.Min(point => point.X);
            double fall = random.Normal(0.08);
            foreach (ref PenPoint point in CollectionsMarshal.AsSpan(digit))
            {
                point.X += shift;
                point.Y += fall;
            }
            right = digit.Max(point => point.X) + gap;
            points.AddRange(digit);
        }
        return points;
    }

    // Draws the first or the last 30 to 50 % of a digit's points. Parts that are not clearly wider than high can look
    // like a digit, so a scribble replaces them.
    private static List<PenPoint> PartOfDigit(ref SplitMix64 random)
    {
        List<PenPoint> digit = Digit(ref random);
        int length = (int)(digit.Count * random.Uniform(0.3, 0.5));
        List<PenPoint> part = digit.GetRange(random.Unit() < 0.5 ? 0 : digit.Count - length, length);
        double width = part.Max(point => point.X) - part.Min(point => point.X);
        double height = part.Max(point => point.Y) - part.Min(point => point.Y);
        return width < 1.2 * height ? Scribble(ref random) : part;
    }

    // Uses at least two lines or a zigzag, because one line may be the bar of a 7 or the slash of a 0.
    private static List<PenPoint> CrossedOut(ref SplitMix64 random)
    {
        List<PenPoint> points = Digit(ref random);
        if (random.Unit() < 0.5)
        {
            points.AddRange(Zigzag(ref random));
            return points;
        }
        int lines = 2 + (int)(random.Unit() * 2);
        bool rises = random.Unit() < 0.5;
        for (int i = 0; i < lines; i++)
        {
            double tilt = rises ? -random.Uniform(0.1, 0.6) : random.Uniform(0.1, 0.6);
            if (lines == 2 && i == 1) tilt = -tilt;
            double middle = random.Uniform(-0.25, 0.25);
            AddLine(points, -0.65, middle - tilt, 0.65, middle + tilt);
        }
        return points;
    }

    private static List<PenPoint> Scribble(ref SplitMix64 random)
    {
        if (random.Unit() < 0.3) return Zigzag(ref random);
        var points = new List<PenPoint>();
        int strokes = random.Unit() < 0.7 ? 1 : 2;
        for (int i = 0; i < strokes; i++)
        {
            var knots = new Knot[7 + (int)(random.Unit() * 14)];
            bool hasCorners = random.Unit() < 0.3;
            foreach (ref Knot knot in knots.AsSpan())
            {
                knot = new Knot(random.Uniform(-0.5, 0.5), random.Uniform(-0.5, 0.5), hasCorners);
            }
            StrokeCurve.Append(knots, points);
        }
        return points;
    }

    private static List<PenPoint> Zigzag(ref SplitMix64 random)
    {
        var knots = new Knot[6 + (int)(random.Unit() * 8)];
        bool hasCorners = random.Unit() < 0.5, isUpright = random.Unit() < 0.3;
        double height = random.Uniform(0.15, 0.5);
        for (int i = 0; i < knots.Length; i++)
        {
            double along = -0.55 + (1.1 * i / (knots.Length - 1)) + random.Normal(0.03);
            double across = (i % 2 == 0 ? height : -height) + random.Normal(0.06);
            knots[i] = isUpright ? new Knot(across, along, hasCorners) : new Knot(along, across, hasCorners);
        }
        var points = new List<PenPoint>();
        StrokeCurve.Append(knots, points);
        return points;
    }

    // Draws parallel lines, a grid, or one line that isn't upright.
    private static List<PenPoint> Lines(ref SplitMix64 random)
    {
        var points = new List<PenPoint>();
        int count = 1 + (int)(random.Unit() * 4);
        bool isGrid = count > 1 && random.Unit() < 0.4;
        bool isUpright = count > 1 && random.Unit() < 0.3;
        double tilt = random.Normal(0.15);
        for (int i = 0; i < count; i++)
        {
            double at = count == 1 ? 0 : -0.5 + ((double)i / (count - 1));
            if (isUpright || isGrid) AddLine(points, at - tilt, -0.5, at + tilt, 0.5);
            if (!isUpright || isGrid) AddLine(points, -0.5, at + tilt, 0.5, at - tilt);
        }
        return points;
    }

    private static void AddLine(List<PenPoint> points, double x1, double y1, double x2, double y2) =>
        StrokeCurve.Append([new Knot(x1, y1), new Knot((x1 + x2) / 2, (y1 + y2) / 2), new Knot(x2, y2)], points);

    // Draws a sum of bumps above a threshold, with grain. It resembles shadows and stains.
    private static void PaintBlot(ref SplitMix64 random, Span<byte> pixels)
    {
        Span<double> field = stackalloc double[DigitImages.PixelsPerImage];
        field.Clear();
        int bumps = 2 + (int)(random.Unit() * 12);
        for (int i = 0; i < bumps; i++)
        {
            double row = random.Uniform(4, 24), column = random.Uniform(4, 24), radius = random.Uniform(1, 6);
            double sign = random.Unit() < 0.8 ? 1 : -1;
            for (int j = 0; j < field.Length; j++)
            {
                double down = (j / DigitImages.Columns) - row, right = (j % DigitImages.Columns) - column;
                field[j] += sign / (1 + (((down * down) + (right * right)) / (radius * radius)));
            }
        }
        double threshold = random.Uniform(0.4, 0.9);
        double softness = random.Uniform(0.1, 1.5), grain = random.Uniform(0, 0.4);
        Span<byte> canvas = stackalloc byte[DigitImages.PixelsPerImage];
        canvas.Clear();
        for (int row = 4; row < 24; row++)
        {
            for (int column = 4; column < 24; column++)
            {
                int j = (row * DigitImages.Columns) + column;
                double ink = ((field[j] - threshold) / softness) + random.Normal(grain);
                canvas[j] = (byte)(255 * Math.Clamp(ink, 0, 1));
            }
        }
        canvas[(14 * DigitImages.Columns) + 14] = 255;
        MnistRaster.Centralise(canvas, pixels);
    }
}
