namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reduces rows of pixels by averaging square blocks.</summary>
internal static class BlockAverage
{
    /// <summary>Replaces rows by their reduced rows, which follow each other without gaps.</summary>
    /// <param name="rows">Complete rows without padding.</param>
    /// <param name="width">The number of pixels in a row.</param>
    /// <param name="bytesPerPixel">The size of a pixel: 1 for gray, 4 for RGBA with straight alpha.</param>
    /// <param name="side">The side of a block. Blocks at the right and lower edge may be smaller.</param>
    /// <returns>The reduced rows, at the start of <paramref name="rows"/>.</returns>
    public static Span<byte> Reduce(Span<byte> rows, int width, int bytesPerPixel, int side)
    {
        int height = rows.Length / (width * bytesPerPixel);
        int target = 0;
        for (int y = 0; y < height; y += side)
        {
            int blockHeight = Math.Min(side, height - y);
            for (int x = 0; x < width; x += side, target += bytesPerPixel)
            {
                // The average may overwrite pixels of earlier blocks, because they have already been read.
                var block = rows[((y * width + x) * bytesPerPixel)..];
                int blockWidth = Math.Min(side, width - x);
                if (bytesPerPixel == 1)
                {
                    rows[target] = Gray(block, width, blockWidth, blockHeight);
                }
                else
                {
                    Rgba(block, width, blockWidth, blockHeight, rows.Slice(target, bytesPerPixel));
                }
            }
        }
        return rows[..target];
    }

    private static byte Gray(ReadOnlySpan<byte> block, int stride, int width, int height)
    {
        int sum = 0;
        for (int y = 0; y < height; y++)
        {
            foreach (byte value in block.Slice(y * stride, width)) sum += value;
        }
        return Divide(sum, width * height);
    }

    /// <summary>
    /// Averages alpha, and colors weighted by alpha, so that the color of a transparent pixel doesn't count.
    /// </summary>
    private static void Rgba(ReadOnlySpan<byte> block, int stride, int width, int height, Span<byte> result)
    {
        int red = 0, green = 0, blue = 0, alpha = 0;
        for (int y = 0; y < height; y++)
        {
            var row = block.Slice(4 * y * stride, 4 * width);
            for (int at = 0; at < row.Length; at += 4)
            {
                int weight = row[at + 3];
                red += weight * row[at];
                green += weight * row[at + 1];
                blue += weight * row[at + 2];
                alpha += weight;
            }
        }
        int opaque = Math.Max(1, alpha);
        result[0] = Divide(red, opaque);
        result[1] = Divide(green, opaque);
        result[2] = Divide(blue, opaque);
        result[3] = Divide(alpha, width * height);
    }

    private static byte Divide(int sum, int count) => (byte)((sum + count / 2) / count);
}
