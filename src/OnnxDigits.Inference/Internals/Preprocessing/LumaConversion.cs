namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>Any raster to grey 0..255, large ones reduced by averaging whole blocks.</summary>
internal static class LumaConversion
{
    // A digit that fills a fortieth of the page still has the 20 pixels that the network sees.
    private const int LongestSide = 800;

    public static GrayImage Convert(RasterImage raster)
    {
        int block = (Math.Max(raster.Width, raster.Height) + LongestSide - 1) / LongestSide;
        var gray = new GrayImage((raster.Width + block - 1) / block, (raster.Height + block - 1) / block);
        var format = PixelFormat.Of(raster.Layout);
        var alpha = AlphaUse(raster, format);
        float[] line = new float[raster.Width];
        for (int y = 0; y < gray.Height; y++)
        {
            int rows = Math.Min(block, raster.Height - y * block);
            var target = gray.Row(y);
            for (int k = 0; k < rows; k++)
            {
                ConvertRow(raster.Row(y * block + k), format, alpha, line);
                for (int x = 0; x < target.Length; x++)
                    target[x] += Sum(line, x * block, block);
            }
            for (int x = 0; x < target.Length; x++)
                target[x] /= rows * Math.Min(block, raster.Width - x * block);
        }
        return gray;
    }

    private static float Sum(float[] line, int start, int count)
    {
        float sum = 0;
        foreach (float value in line.AsSpan(start, Math.Min(count, line.Length - start)))
            sum += value;
        return sum;
    }

    private static void ConvertRow(ReadOnlySpan<byte> row, PixelFormat format, Alpha alpha, Span<float> line)
    {
        for (int x = 0; x < line.Length; x++)
        {
            var pixel = row.Slice(x * format.Size, format.Size);
            line[x] = alpha switch
            {
                Alpha.None => format.LumaOf(pixel),
                // Ink on white, as the eye sees a transparent picture on a page: polarity then treats it like any other.
                Alpha.IsInk => 255 - format.AlphaOf(pixel),
                _ => OnWhite(format.LumaOf(pixel), format.AlphaOf(pixel)),
            };
        }
    }

    private static float OnWhite(float luma, float alpha) => alpha == 255 ? luma : 255 + (luma - 255) * alpha / 255;

    private static Alpha AlphaUse(RasterImage raster, PixelFormat format)
    {
        if (!format.HasAlpha)
            return Alpha.None;
        bool opaque = true;
        long colour = -1;
        for (int y = 0; y < raster.Height; y++)
        {
            var row = raster.Row(y);
            for (; !row.IsEmpty; row = row[format.Size..])
            {
                float alpha = format.AlphaOf(row);
                opaque &= alpha == 255;
                if (alpha == 0)
                    continue;
                long own = format.ColourOf(row);
                if (colour >= 0 && own != colour)
                    return Alpha.Composited;
                colour = own;
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
