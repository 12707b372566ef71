using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Tools.Reading;

/// <summary>Pages to the bytes of image files.</summary>
internal static class Encoding
{
    public static byte[] Png(Page page) => Encode(page, SKEncodedImageFormat.Png, 100);

    public static byte[] Jpeg(Page page, int quality) => Encode(page, SKEncodedImageFormat.Jpeg, quality);

    /// <summary>Black ink with the page's values as alpha, on nothing.</summary>
    public static byte[] TransparentPng(Page ink)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(ink.Width, ink.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        byte[] values = ink.ToBytes();
        for (int i = 0; i < values.Length; i++)
            bitmap.GetPixelSpan()[4 * i + 3] = values[i];
        return Bytes(bitmap, SKEncodedImageFormat.Png, 100);
    }

    /// <summary>A PNG of 16 bits a channel that uses all of them.</summary>
    public static byte[] Png16(Page page)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(page.Width, page.Height, SKColorType.Rgba16161616, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < page.Values.Length; i++)
        {
            ushort value = (ushort)MathF.Round(page.Values[i] * 257);
            for (int channel = 0; channel < 4; channel++)
                BinaryPrimitives.WriteUInt16LittleEndian(pixels[(8 * i + 2 * channel)..], channel == 3 ? ushort.MaxValue : value);
        }
        return Bytes(bitmap, SKEncodedImageFormat.Png, 100);
    }

    /// <summary>A JPEG as a camera held another way writes it: turned pixels, and the EXIF tag that turns them back.</summary>
    /// <param name="page">The page as it is to be seen.</param>
    /// <param name="orientation">EXIF's tag 0x0112, 1 to 8.</param>
    public static byte[] ExifJpeg(Page page, int orientation)
    {
        byte[] jpeg = Jpeg(Turn(page, orientation), 95);
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    // The pixel at (x, y) of what is seen lies in the file where the tag's definition says (EXIF 2.3, 4.6.4).
    private static Page Turn(Page page, int orientation)
    {
        bool swaps = orientation >= 5;
        var stored = new Page(swaps ? page.Height : page.Width, swaps ? page.Width : page.Height);
        for (int y = 0; y < page.Height; y++)
        {
            for (int x = 0; x < page.Width; x++)
            {
                int right = page.Width - 1 - x, bottom = page.Height - 1 - y;
                var (sx, sy) = orientation switch
                {
                    1 => (x, y),
                    2 => (right, y),
                    3 => (right, bottom),
                    4 => (x, bottom),
                    5 => (y, x),
                    6 => (y, right),
                    7 => (bottom, right),
                    _ => (bottom, x),
                };
                stored[sx, sy] = page[x, y];
            }
        }
        return stored;
    }

    private static byte[] Encode(Page page, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(page.Width, page.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        byte[] values = page.ToBytes();
        for (int y = 0; y < page.Height; y++)
            values.AsSpan(y * page.Width, page.Width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        return Bytes(bitmap, format, quality);
    }

    private static byte[] Bytes(SKBitmap bitmap, SKEncodedImageFormat format, int quality)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
