namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Rasterizes strokes to 28×28 pixels as in MNIST: the ink's longer side spans 20 pixels, and a shift by whole pixels
/// moves the centre of mass to index 14.
/// </summary>
internal static class MnistRaster
{
    private const int Size = DigitImages.Rows;
    private const int Side = 20;
    private const int Margin = (Size - Side) / 2;
    private const int Centre = 14;
    private const double Reach = 1.6;
    private const double Tiny = 1e-9;
    private const float NoInk = -100;

    public static void Render(Span<PenPoint> points, in Pen pen, ref SplitMix64 random, Span<byte> pixels)
    {
        Fit(points);
        Span<float> depth = stackalloc float[Size * Size];
        depth.Fill(NoInk);
        for (int i = 1; i < points.Length; i++)
        {
            if (points[i].PenDown) Stamp(points[i - 1], points[i], depth);
        }

        Span<byte> canvas = stackalloc byte[Size * Size];
        for (int row = Margin; row < Size - Margin; row++)
        {
            for (int i = (row * Size) + Margin; i < ((row + 1) * Size) - Margin; i++)
            {
                if (depth[i] > NoInk) canvas[i] = Ink(depth[i] + random.Normal(pen.Raggedness), pen.Softness);
            }
        }

        Centralise(canvas, pixels);
    }

    // A smoothstep, which resembles the edges of a fine scan after averaging.
    private static byte Ink(double depth, double softness)
    {
        double t = Math.Clamp(0.5 + (depth / softness), 0, 1);
        return (byte)((255 * t * t * (3 - (2 * t))) + 0.5);
    }

    // Fits the ink including the line's width, so that wide lines do not exceed the box. The soft edge is cut off.
    private static void Fit(Span<PenPoint> points)
    {
        var (left, top, right, bottom) = Bounds(points);
        double scale = Side / Math.Max(right - left, bottom - top);
        foreach (ref var point in points)
        {
            point.X = ((point.X - ((left + right) / 2)) * scale) + (Size / 2.0);
            point.Y = ((point.Y - ((top + bottom) / 2)) * scale) + (Size / 2.0);
            point.Radius *= scale;
        }
    }

    private static (double Left, double Top, double Right, double Bottom) Bounds(ReadOnlySpan<PenPoint> points)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        foreach (ref readonly var point in points)
        {
            left = Math.Min(left, point.X - point.Radius);
            right = Math.Max(right, point.X + point.Radius);
            top = Math.Min(top, point.Y - point.Radius);
            bottom = Math.Max(bottom, point.Y + point.Radius);
        }

        return (left, top, right, bottom);
    }

    // A segment is a tapered capsule. Where several segments cover a pixel, the deepest one counts.
    private static void Stamp(in PenPoint from, in PenPoint to, Span<float> depth)
    {
        double reach = Math.Max(from.Radius, to.Radius) + Reach;
        int firstColumn = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach));
        int lastColumn = Math.Min(Size - 1, (int)(Math.Max(from.X, to.X) + reach));
        int firstRow = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach));
        int lastRow = Math.Min(Size - 1, (int)(Math.Max(from.Y, to.Y) + reach));
        double dx = to.X - from.X, dy = to.Y - from.Y, dr = to.Radius - from.Radius;
        double squared = Math.Max((dx * dx) + (dy * dy), Tiny);

        for (int row = firstRow; row <= lastRow; row++)
        {
            double y = row + 0.5 - from.Y;
            for (int column = firstColumn; column <= lastColumn; column++)
            {
                double x = column + 0.5 - from.X;
                double t = Math.Clamp(((x * dx) + (y * dy)) / squared, 0, 1);
                double offX = x - (t * dx);
                double offY = y - (t * dy);
                float inside = (float)(from.Radius + (t * dr) - Math.Sqrt((offX * offX) + (offY * offY)));
                ref float deepest = ref depth[(row * Size) + column];
                deepest = Math.Max(deepest, inside);
            }
        }
    }

    /// <summary>Scales the ink to a peak of 255, as in MNIST. A fine pen leaves less.</summary>
    public static void ScaleToPeak(Span<byte> pixels)
    {
        int peak = 0;
        foreach (byte pixel in pixels) peak = Math.Max(peak, pixel);
        foreach (ref byte pixel in pixels) pixel = (byte)(((pixel * 255) + (peak / 2)) / peak);
    }

    public static void Centralise(ReadOnlySpan<byte> canvas, Span<byte> pixels)
    {
        long mass = 0, massX = 0, massY = 0;
        for (int i = 0; i < canvas.Length; i++)
        {
            mass += canvas[i];
            massX += canvas[i] * (i % Size);
            massY += canvas[i] * (i / Size);
        }

        int right = Centre - Nearest(massX, mass);
        int down = Centre - Nearest(massY, mass);
        pixels.Clear();
        for (int row = Math.Max(0, -down); row < Math.Min(Size, Size - down); row++)
        {
            int first = Math.Max(0, -right);
            int length = Size - Math.Abs(right);
            canvas.Slice((row * Size) + first, length).CopyTo(pixels[(((row + down) * Size) + first + right)..]);
        }
    }

    private static int Nearest(long numerator, long denominator) =>
        (int)(((2 * numerator) + denominator) / (2 * denominator));
}
