namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Converts a raster to grey values from 0 to 255. Large pictures are reduced by averaging blocks of pixels.
/// </summary>
internal static class LumaConversion
{
    // At this size, a digit as small as a fortieth of the picture still has 20 pixels, the size that the network sees.
    private const int LongestSide = 40 * MnistForm.Box;

    public static GrayImage Convert(RasterImage raster) => Convert(raster, BlockOf(raster, LongestSide));

    /// <summary>Returns the side of the blocks that reduce a picture to a longest side.</summary>
    public static int BlockOf(RasterImage raster, int longestSide) =>
        (Math.Max(raster.Width, raster.Height) + longestSide - 1) / longestSide;

    public static GrayImage Convert(RasterImage raster, int block)
    {
        var gray = new GrayImage((raster.Width + block - 1) / block, (raster.Height + block - 1) / block);
        var format = PixelFormat.Of(raster.Layout);
        Alpha alpha = AlphaUse(raster, format);
        float[] line = new float[raster.Width];
        for (int y = 0; y < gray.Height; y++)
        {
            int rows = Math.Min(block, raster.Height - y * block);
            Span<float> target = gray.Row(y);
            // Most pictures are not reduced, and averaging a single pixel costs more than converting it.
            if (block == 1)
            {
                ConvertRow(raster.Row(y), format, alpha, target);
                continue;
            }
            for (int k = 0; k < rows; k++)
            {
                ConvertRow(raster.Row(y * block + k), format, alpha, line);
                for (int x = 0; x < target.Length; x++) target[x] += Sum(line, x * block, block);
            }
            for (int x = 0; x < target.Length; x++) target[x] /= rows * Math.Min(block, raster.Width - x * block);
        }
        return gray;
    }

    private static float Sum(float[] line, int start, int count)
    {
        float sum = 0;
        foreach (float value in line.AsSpan(start, Math.Min(count, line.Length - start))) sum += value;
        return sum;
    }

    private static void ConvertRow(ReadOnlySpan<byte> row, in PixelFormat format, Alpha alpha, Span<float> line)
    {
        if (alpha == Alpha.IsInk)
        {
            // Convert to black ink on white, as an image viewer shows a transparent picture.
            for (int x = 0; x < line.Length; x++) line[x] = 255 - format.AlphaOf(row[(x * format.Size)..]);
            return;
        }
        format.ToLuma(row, line);
        if (alpha == Alpha.Composited) format.Composite(row, line);
    }

    private static Alpha AlphaUse(RasterImage raster, in PixelFormat format)
    {
        if (!format.HasAlpha) return Alpha.None;
        bool opaque = true;
        long color = -1;
        for (int y = 0; y < raster.Height; y++)
        {
            ReadOnlySpan<byte> row = raster.Row(y);
            for (int at = 0; at < row.Length; at += format.Size)
            {
                ReadOnlySpan<byte> pixel = row.Slice(at, format.Size);
                float alpha = format.AlphaOf(pixel);
                opaque &= alpha == 255;
                if (alpha == 0) continue;
                long own = format.ColorOf(pixel);
                if (color >= 0 && own != color) return Alpha.Composited;
                color = own;
            }
        }
        return opaque ? Alpha.None : Alpha.IsInk;
    }

    private enum Alpha
    {
        None,
        Composited,
        IsInk,
    }
}
