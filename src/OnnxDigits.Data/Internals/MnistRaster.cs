namespace OnnxDigits.Data.Internals;

/// <summary>
/// Lines to 28×28 pixels by MNIST's rule: the ink's longer side spans 20 pixels, and whole pixels of shift bring the
/// centre of mass to index 14.
/// </summary>
internal static class MnistRaster
{
    private const int Size = DigitImages.Rows;
    private const double Side = 20;
    private const int Centre = 14;
    private const int FitSteps = 8;
    private const double Tiny = 1e-9;
    private const float NoInk = -100;

    public static void Render(Span<PenPoint> points, double softness, Span<byte> pixels)
    {
        Fit(points, (softness - 1) / 2);
        Span<float> depth = stackalloc float[Size * Size];
        depth.Fill(NoInk);
        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].PenDown)
                Stamp(points[i - 1], points[i], depth);
        }

        Span<byte> canvas = stackalloc byte[Size * Size];
        for (var i = 0; i < canvas.Length; i++)
            canvas[i] = (byte)((255 * Math.Clamp(0.5 + (depth[i] / softness), 0, 1)) + 0.5);
        Centralise(canvas, pixels);
    }

    // The line's width is in pixels already, so only the middle line is scaled, into what the width leaves of the side.
    private static void Fit(Span<PenPoint> points, double margin)
    {
        var (left, top, right, bottom) = Bounds(points, 0, margin);
        var width = Math.Max(right - left, bottom - top);
        var scale = 1.0;
        for (var i = 0; i < FitSteps; i++)
        {
            (left, top, right, bottom) = Bounds(points, scale, margin);
            var longer = Math.Max(right - left, bottom - top);
            scale *= (Side - width) / Math.Max(longer - width, Tiny);
        }

        (left, top, right, bottom) = Bounds(points, scale, margin);
        foreach (ref var point in points)
        {
            point.X = (point.X * scale) + ((Size - left - right) / 2);
            point.Y = (point.Y * scale) + ((Size - top - bottom) / 2);
        }
    }

    private static (double Left, double Top, double Right, double Bottom) Bounds(
        ReadOnlySpan<PenPoint> points, double scale, double margin)
    {
        double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
        foreach (ref readonly var point in points)
        {
            var reach = point.Radius + margin;
            left = Math.Min(left, (point.X * scale) - reach);
            right = Math.Max(right, (point.X * scale) + reach);
            top = Math.Min(top, (point.Y * scale) - reach);
            bottom = Math.Max(bottom, (point.Y * scale) + reach);
        }

        return (left, top, right, bottom);
    }

    // A segment is a capsule that tapers from one radius to the other; where several cover a pixel the deepest counts.
    private static void Stamp(in PenPoint from, in PenPoint to, Span<float> depth)
    {
        var reach = Math.Max(from.Radius, to.Radius) + 1;
        var firstColumn = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach));
        var lastColumn = Math.Min(Size - 1, (int)(Math.Max(from.X, to.X) + reach));
        var firstRow = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach));
        var lastRow = Math.Min(Size - 1, (int)(Math.Max(from.Y, to.Y) + reach));
        double dx = to.X - from.X, dy = to.Y - from.Y, dr = to.Radius - from.Radius;
        var squared = Math.Max((dx * dx) + (dy * dy), Tiny);

        for (var row = firstRow; row <= lastRow; row++)
        {
            var y = row + 0.5 - from.Y;
            for (var column = firstColumn; column <= lastColumn; column++)
            {
                var x = column + 0.5 - from.X;
                var t = Math.Clamp(((x * dx) + (y * dy)) / squared, 0, 1);
                var offX = x - (t * dx);
                var offY = y - (t * dy);
                var inside = (float)(from.Radius + (t * dr) - Math.Sqrt((offX * offX) + (offY * offY)));
                ref var deepest = ref depth[(row * Size) + column];
                deepest = Math.Max(deepest, inside);
            }
        }
    }

    private static void Centralise(ReadOnlySpan<byte> canvas, Span<byte> pixels)
    {
        long mass = 0, massX = 0, massY = 0;
        for (var i = 0; i < canvas.Length; i++)
        {
            mass += canvas[i];
            massX += canvas[i] * (i % Size);
            massY += canvas[i] * (i / Size);
        }

        var right = Centre - Nearest(massX, mass);
        var down = Centre - Nearest(massY, mass);
        pixels.Clear();
        for (var row = Math.Max(0, -down); row < Math.Min(Size, Size - down); row++)
        {
            var first = Math.Max(0, -right);
            var length = Size - Math.Abs(right);
            canvas.Slice((row * Size) + first, length).CopyTo(pixels[(((row + down) * Size) + first + right)..]);
        }
    }

    private static int Nearest(long numerator, long denominator) =>
        (int)(((2 * numerator) + denominator) / (2 * denominator));
}
