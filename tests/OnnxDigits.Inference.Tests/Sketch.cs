using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

/// <summary>A white picture on which digits and lines are drawn in black.</summary>
internal sealed class Sketch
{
    private readonly int _width;

    public Sketch(int width, int height)
    {
        _width = width;
        Pixels = new byte[width * height];
        Array.Fill(Pixels, (byte)255);
    }

    public byte[] Pixels { get; }

    public RasterImage Raster => new(Pixels, _width, Pixels.Length / _width, PixelLayout.Gray8);

    /// <summary>Draws an image of 28×28 pixels, enlarged by a whole number.</summary>
    public Sketch Add(ReadOnlySpan<byte> image, int left, int top, int scale)
    {
        for (int i = 0; i < image.Length * scale * scale; i++)
        {
            (int y, int x) = Math.DivRem(i, 28 * scale);
            Darken(left + x, top + y, image[(y / scale * 28) + (x / scale)]);
        }
        return this;
    }

    /// <summary>Draws the digits of a number with a gap between their ink, which may be negative.</summary>
    public Sketch AddRow(DigitImages digits, string number, int left, int top, int scale, int gap)
    {
        foreach (char digit in number)
        {
            byte[] image = digits.Image(digit - '0').ToArray();
            int[] columns = [.. image.Index().Where(pixel => pixel.Item > 64).Select(pixel => pixel.Index % 28)];
            Add(image, left - (scale * columns.Min()), top, scale);
            left += (scale * (columns.Max() - columns.Min() + 1)) + gap;
        }
        return this;
    }

    /// <summary>Draws a line with round ends.</summary>
    public Sketch Line(int fromX, int fromY, int toX, int toY, int thickness)
    {
        int steps = 2 * Math.Max(1, Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY)));
        double radius = thickness / 2.0;
        for (int step = 0; step <= steps; step++)
        {
            double share = (double)step / steps;
            double x = fromX + (share * (toX - fromX)), y = fromY + (share * (toY - fromY));
            for (int dy = -thickness; dy <= thickness; dy++)
            {
                for (int dx = -thickness; dx <= thickness; dx++)
                {
                    if ((dx * dx) + (dy * dy) <= radius * radius) Darken((int)x + dx, (int)y + dy, 255);
                }
            }
        }
        return this;
    }

    private void Darken(int x, int y, byte ink)
    {
        ref byte pixel = ref Pixels[(y * _width) + x];
        pixel = Math.Min(pixel, (byte)(255 - ink));
    }
}
