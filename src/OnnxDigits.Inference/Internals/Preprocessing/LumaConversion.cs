using System.Buffers.Binary;

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
        var alpha = AlphaUse(raster);
        float[] line = new float[raster.Width];
        for (int y = 0; y < gray.Height; y++)
        {
            int rows = Math.Min(block, raster.Height - y * block);
            var target = gray.Row(y);
            for (int k = 0; k < rows; k++)
            {
                ConvertRow(raster.Row(y * block + k), raster.Layout, alpha, line);
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

    private static void ConvertRow(ReadOnlySpan<byte> row, PixelLayout layout, Alpha alpha, Span<float> line)
    {
        for (int x = 0; x < line.Length; x++)
        {
            line[x] = layout switch
            {
                PixelLayout.Gray8 => row[x],
                PixelLayout.Gray16 => BinaryPrimitives.ReadUInt16LittleEndian(row[(2 * x)..]) / 257f,
                PixelLayout.Rgb24 => Luma(row[3 * x], row[3 * x + 1], row[3 * x + 2]),
                PixelLayout.Bgr24 => Luma(row[3 * x + 2], row[3 * x + 1], row[3 * x]),
                PixelLayout.Rgba32 => Composite(row.Slice(4 * x, 4), alpha, red: 0, blue: 2),
                _ => Composite(row.Slice(4 * x, 4), alpha, red: 2, blue: 0),
            };
        }
    }

    private static float Composite(ReadOnlySpan<byte> pixel, Alpha alpha, int red, int blue)
    {
        // Ink on white, as the eye sees a transparent picture on a page: polarity then treats it like any other.
        if (alpha == Alpha.IsInk)
            return 255 - pixel[3];
        float luma = Luma(pixel[red], pixel[1], pixel[blue]);
        return pixel[3] == 255 ? luma : 255 + (luma - 255) * pixel[3] / 255;
    }

    // ITU-R BT.601 in thousandths: exact where the three are equal.
    private static float Luma(int red, int green, int blue) => (299 * red + 587 * green + 114 * blue) / 1000f;

    private static Alpha AlphaUse(RasterImage raster)
    {
        if (raster.Layout is not (PixelLayout.Rgba32 or PixelLayout.Bgra32))
            return Alpha.Composited;
        bool opaque = true;
        int colour = -1;
        for (int y = 0; y < raster.Height; y++)
        {
            var row = raster.Row(y);
            for (int x = 0; x < row.Length; x += 4)
            {
                opaque &= row[x + 3] == 255;
                int own = row[x] | row[x + 1] << 8 | row[x + 2] << 16;
                if (row[x + 3] == 0)
                    continue;
                if (colour >= 0 && own != colour)
                    return Alpha.Composited;
                colour = own;
            }
        }
        return opaque ? Alpha.Composited : Alpha.IsInk;
    }

    private enum Alpha
    {
        Composited,
        IsInk,
    }
}
