using OnnxDigits.Data.Drawing;

namespace OnnxDigits.Data;

/// <summary>Specifies the printed lines on a <see cref="DigitPage"/>.</summary>
public enum DigitPaper
{
    /// <summary>Paper without lines.</summary>
    Plain,

    /// <summary>A line below each line of writing.</summary>
    Ruled,

    /// <summary>Squares as large as a digit.</summary>
    Squared,

    /// <summary>A row of boxes for each number, one digit in each box.</summary>
    Boxes,
}

/// <summary>
/// Represents a digit on a <see cref="DigitPage"/>: its label, the index of its line, and the box around its ink in
/// pixels, with inclusive edges.
/// </summary>
public readonly record struct PageDigit(int Label, int Line, int Left, int Top, int Right, int Bottom);

/// <summary>Represents a grey picture with handwritten four-digit numbers on it, dark on white.</summary>
/// <param name="Pixels">The pixels, row by row, 0 for black to 255 for white.</param>
/// <param name="Width">The number of pixels in a row.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Digits">The digits in reading order.</param>
public sealed record DigitPage(byte[] Pixels, int Width, int Height, IReadOnlyList<PageDigit> Digits)
{
    private const int DigitsPerNumber = 4;
    private const int NumbersPerLine = 4;

    // The least share of black at which a pixel belongs to the box around a digit.
    private const double BoxInk = 0.25;

    /// <summary>Draws a page. The digits of a number stand close together, and some of them touch.</summary>
    /// <param name="images">The images of digits, which are placed in their order.</param>
    /// <param name="paper">The printed lines.</param>
    /// <param name="isPhotograph">
    /// Indicates whether the page is turned, unevenly lit, grainy and slightly blurred.
    /// </param>
    /// <param name="seed">Selects sizes, distances, slopes and noise.</param>
    public static DigitPage Draw(DigitImages images, DigitPaper paper, bool isPhotograph, long seed)
    {
        var random = new SplitMix64(seed, images.Count);
        double size = random.Uniform(26, 44);
        double slope = isPhotograph ? random.Uniform(-0.06, 0.06) : random.Uniform(-0.01, 0.01);
        int lines = (images.Count + (DigitsPerNumber * NumbersPerLine) - 1) / (DigitsPerNumber * NumbersPerLine);
        double pitch = size * random.Uniform(1.6, 2.2);
        int columns = Math.Min(images.Count, DigitsPerNumber * NumbersPerLine);
        int width = (int)(size * (3 + (columns * 1.2)));
        int height = (int)((pitch * (lines + 1)) + (Math.Abs(slope) * width));
        var canvas = new Canvas(width, height, slope);
        var digits = new List<PageDigit>();
        double thickness = random.Uniform(1, 2), darkness = random.Uniform(0.3, 0.6);
        if (paper == DigitPaper.Squared) canvas.Rule(size, size, thickness, darkness);
        for (int line = 0; line < lines; line++)
        {
            double baseline = pitch * (line + 1), x = size, lean = random.Uniform(-0.01, 0.01);
            if (paper == DigitPaper.Ruled) canvas.Line(0, width, baseline + 1, thickness, darkness);
            int last = Math.Min(images.Count, (line + 1) * DigitsPerNumber * NumbersPerLine);
            for (int i = line * DigitsPerNumber * NumbersPerLine; i < last; i++)
            {
                double own = size * random.Uniform(0.85, 1.1);
                bool isBoxed = paper == DigitPaper.Boxes;
                double left = isBoxed ? x + (0.12 * size) : x;
                double down = baseline - own + (lean * x) + (size * random.Uniform(-0.05, 0.05));
                var (box, right) = canvas.Draw(images.Image(i), left, down, own);
                digits.Add(new(images.Label(i), line, box.Left, box.Top, box.Right, box.Bottom));
                if (isBoxed)
                {
                    right = x + (1.15 * size);
                    canvas.Box(x, baseline - (1.25 * size), right, baseline + (0.2 * size), thickness, darkness);
                }
                else
                {
                    right += size * random.Uniform(-0.02, 0.4);
                }
                x = right + (i % DigitsPerNumber == DigitsPerNumber - 1 ? 0.7 * size : 0);
            }
        }
        return new(canvas.ToPixels(isPhotograph, ref random), width, height, digits);
    }

    /// <summary>Returns the part of the page that contains its digits.</summary>
    /// <param name="margin">
    /// The distance from the digits' boxes to the edges, in pixels, 0 or more. It is smaller where the page ends.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="margin"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The page has no digits.</exception>
    public DigitPage Crop(int margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        int left = Math.Max(0, Digits.Min(digit => digit.Left) - margin);
        int top = Math.Max(0, Digits.Min(digit => digit.Top) - margin);
        int width = Math.Min(Width, Digits.Max(digit => digit.Right) + margin + 1) - left;
        int height = Math.Min(Height, Digits.Max(digit => digit.Bottom) + margin + 1) - top;
        byte[] pixels = new byte[width * height];
        for (int y = 0; y < height; y++)
        {
            Pixels.AsSpan(((top + y) * Width) + left, width).CopyTo(pixels.AsSpan(y * width));
        }
        return new(pixels, width, height,
        [
            .. Digits.Select(digit => digit with
            {
                Left = digit.Left - left,
                Top = digit.Top - top,
                Right = digit.Right - left,
                Bottom = digit.Bottom - top,
            }),
        ]);
    }

    /// <summary>Represents the share of black in each pixel of a page whose writing slopes.</summary>
    private sealed class Canvas(int width, int height, double slope)
    {
        private readonly double[] _ink = new double[width * height];
        private readonly double _top = Math.Max(0, -slope) * width;

        public void Rule(double dx, double dy, double thickness, double darkness)
        {
            for (double y = dy / 2; y < height + width; y += dy) Line(0, width, y, thickness, darkness);
            for (double x = dx / 2; x < width; x += dx) Upright(x, -height, 2 * height, thickness, darkness);
        }

        public void Box(double left, double top, double right, double bottom, double thickness, double darkness)
        {
            Line(left, right, top, thickness, darkness);
            Line(left, right, bottom, thickness, darkness);
            Upright(left, top, bottom, thickness, darkness);
            Upright(right, top, bottom, thickness, darkness);
        }

        public void Line(double left, double right, double y, double thickness, double darkness)
        {
            for (int x = (int)left; x < Math.Min(width, right + 1); x++)
            {
                Span(x, Down(x, y), thickness, darkness, isAcross: true);
            }
        }

        public (PageDigit Box, double Right) Draw(ReadOnlySpan<byte> image, double left, double top, double size)
        {
            var (first, last, rows, bottom) = Bounds(image);
            double scale = size / (bottom - rows + 1);
            // A wide digit would be far larger than its neighbours.
            scale = Math.Min(scale, size / (last - first + 1));
            top += size - (scale * (bottom - rows + 1));
            int minX = width, minY = height, maxX = -1, maxY = -1;
            for (int x = Math.Max(0, (int)left - 1); x < Math.Min(width, left + (scale * 28)); x++)
            {
                double down = Down(left, top), u = ((x + 0.5 - left) / scale) + first;
                for (int y = Math.Max(0, (int)down - 1); y < Math.Min(height, down + (scale * 28)); y++)
                {
                    double ink = Sample(image, u, ((y + 0.5 - down) / scale) + rows);
                    ref double pixel = ref _ink[(y * width) + x];
                    pixel = Math.Max(pixel, 0.95 * ink);
                    if (ink < BoxInk) continue;
                    (minX, minY, maxX, maxY) =
                        (Math.Min(minX, x), Math.Min(minY, y), Math.Max(maxX, x), Math.Max(maxY, y));
                }
            }
            return (new(0, 0, minX, minY, maxX, maxY), left + (scale * (last - first + 1)));
        }

        public byte[] ToPixels(bool isPhotograph, ref SplitMix64 random)
        {
            double[] ink = isPhotograph ? Blurred() : _ink;
            double light = random.Uniform(-0.4, 0.4), noise = random.Uniform(2, 5);
            byte[] pixels = new byte[_ink.Length];
            for (int i = 0; i < pixels.Length; i++)
            {
                double value = 255 * (1 - ink[i]);
                if (isPhotograph)
                {
                    double lit = 0.75 + (light * (((double)(i % width) / width) - 0.5));
                    value = (value * lit) + random.Normal(noise);
                }
                pixels[i] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
            return pixels;
        }

        private double Down(double x, double y) => y + _top + (slope * x);

        private void Upright(double x, double top, double bottom, double thickness, double darkness)
        {
            for (int y = (int)Math.Max(0, Down(x, top)); y <= Math.Min(height - 1, Down(x, bottom)); y++)
            {
                Span(y, x - (slope * (y - Down(x, top))), thickness, darkness, isAcross: false);
            }
        }

        // Draws the cross-section of a line, with soft ends.
        private void Span(int at, double center, double thickness, double darkness, bool isAcross)
        {
            for (int to = (int)(center - thickness); to <= center + thickness; to++)
            {
                (int x, int y) = isAcross ? (at, to) : (to, at);
                if ((uint)x >= (uint)width || (uint)y >= (uint)height) continue;
                double share = Math.Clamp(((thickness + 1) / 2) - Math.Abs(to + 0.5 - center), 0, 1);
                ref double pixel = ref _ink[(y * width) + x];
                pixel = Math.Max(pixel, darkness * share);
            }
        }

        private double[] Blurred()
        {
            double[] result = new double[_ink.Length];
            for (int i = width + 1; i < result.Length - width - 1; i++)
            {
                result[i] = (4 * _ink[i]
                    + (2 * (_ink[i - 1] + _ink[i + 1] + _ink[i - width] + _ink[i + width]))
                    + _ink[i - width - 1] + _ink[i - width + 1] + _ink[i + width - 1] + _ink[i + width + 1]) / 16;
            }
            return result;
        }

        private static (int Left, int Right, int Top, int Bottom) Bounds(ReadOnlySpan<byte> image)
        {
            int left = 28, right = -1, top = 28, bottom = -1;
            for (int i = 0; i < image.Length; i++)
            {
                if (image[i] < 64) continue;
                (left, right) = (Math.Min(left, i % 28), Math.Max(right, i % 28));
                (top, bottom) = (Math.Min(top, i / 28), i / 28);
            }
            return (left, right, top, bottom);
        }

        // Interpolates bilinearly between the centers of pixels.
        private static double Sample(ReadOnlySpan<byte> image, double x, double y)
        {
            (x, y) = (x - 0.5, y - 0.5);
            int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
            double sum = 0;
            for (int i = 0; i < 4; i++)
            {
                int column = left + (i % 2), row = top + (i / 2);
                if ((uint)column >= 28 || (uint)row >= 28) continue;
                sum += image[(row * 28) + column] * (1 - Math.Abs(x - column)) * (1 - Math.Abs(y - row));
            }
            return sum / 255;
        }
    }
}
