using OnnxDigits.Imaging.Fixtures;
using SkiaSharp;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Small files of every kind that is read: a slanted stroke on 24×20 pixels, or a photograph of one.</summary>
internal static class ImageSeeds
{
    private const int Width = 24, Height = 20;

    public static IReadOnlyList<byte[]> Create() => [.. Pngs(), .. Jpegs(), .. WebPs(), .. Gifs(), .. Bmps()];

    private static IEnumerable<byte[]> Pngs()
    {
        (int Colour, int[] Depths)[] kinds =
        [
            (Png.Gray, [1, 2, 4, 8, 16]), (Png.Rgb, [8, 16]), (Png.Palette, [1, 2, 4, 8]),
            (Png.GrayAlpha, [8, 16]), (Png.Rgba, [8, 16]),
        ];
        foreach (var (colour, depths) in kinds)
        {
            foreach (int depth in depths)
            {
                PngChunk[] before = colour == Png.Palette ? [PaletteOf(depth), new("tRNS", [0, 128])] : [];
                int[] samples = Samples(depth, Png.Channels(colour));
                yield return Png.Write(Width, Height, depth, colour, samples, false, before);
                yield return Png.Write(Width, Height, depth, colour, samples, true, before);
            }
        }
        yield return Png.Write(Width, Height, 8, Png.Gray, Samples(8, 1), false, Ancillary());
        PngChunk[] key = [new("sBIT", [12]), new("tRNS", [0, 1])];
        yield return Png.Write(Width, Height, 16, Png.Gray, Samples(16, 1), false, key);
        yield return Photo(SKEncodedImageFormat.Png, 100);
    }

    private static PngChunk[] Ancillary() =>
    [
        new("gAMA", [0, 0, 0xB1, 0x8F]),
        new("cHRM", [.. Enumerable.Range(0, 32).Select(i => (byte)(i % 4 == 2 ? 0x7A : 0))]),
        new("pHYs", [0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]),
        new("eXIf", Exif.Orientation(6)),
        new("tEXt", [.. "Title"u8, 0, .. "seven"u8]),
        Png.Compressed("zTXt", [0], "a digit"u8),
        Png.Compressed("iTXt", [1, 0, 0, 0], "a digit"u8),
        Png.Compressed("iCCP", [0], new byte[200]),
    ];

    private static IEnumerable<byte[]> Jpegs()
    {
        byte[] gray = Photo(SKEncodedImageFormat.Jpeg, 60);
        byte[] colour = Skia.Encode(Colour(), SKEncodedImageFormat.Jpeg, 60);
        return
        [
            gray, colour, Jpeg.WithOrientation(gray, 6), Jpeg.WithOrientation(colour, 3), Jpeg.Progressive, Jpeg.Cmyk,
            Jpeg.WithOrientation(Jpeg.Progressive, 8),
        ];
    }

    private static IEnumerable<byte[]> WebPs()
    {
        byte[] lossless = Skia.Lossless(Colour());
        return
        [
            lossless, Photo(SKEncodedImageFormat.Webp, 50), Skia.Encode(Colour(), SKEncodedImageFormat.Webp, 50),
            WebP.Animate(Width, Height, lossless, lossless), WebP.WithOrientation(Width, Height, lossless, 5),
        ];
    }

    private static IEnumerable<byte[]> Gifs()
    {
        byte[] frame = [.. Samples(7, 1).Select(sample => (byte)sample)];
        return [Gif.Write(Width, Height, frame), Gif.Write(Width, Height, frame, frame)];
    }

    private static IEnumerable<byte[]> Bmps()
    {
        byte[] gray = [.. Samples(8, 1).Select(sample => (byte)sample)];
        return
        [
            Bmp.Write(Width, Height, 24, Bmp.Rows24(gray, Width, Height)),
            Bmp.Write(Width, -Height, 8, gray),
            Bmp.Write(Width, Height, 32, [.. gray.SelectMany(value => (byte[])[value, value, value, 255])]),
            Bmp.Write(32, 4, 1, [.. gray.Take(16)]),
            Bmp.Write(Width, 2, 8, [Width, 9, 0, 0, 4, 200, 0, 3, 1, 2, 3, 0, 17, 7, 0, 1], Bmp.RunLength8),
        ];
    }

    private static SKBitmap Colour() => Skia.Rgba([.. Samples(8, 4).Select(sample => (byte)sample)], Width, Height);

    private static PngChunk PaletteOf(int depth) =>
        new("PLTE", [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)(i * 80 >> depth))]);

    private static int[] Samples(int depth, int channels) =>
    [
        .. Enumerable.Range(0, Width * Height * channels)
            .Select(i => Stroke(i / channels, Width, i % channels) >> 16 - depth),
    ];

    // A stroke of 3 pixels down the picture, 0..65535, on a ground that differs a little from channel to channel.
    private static int Stroke(int pixel, int width, int channel) =>
        Math.Abs(pixel % width - pixel / width / 2 - width / 4) < 2 ? 60_000 - 9000 * channel : 500 * channel;

    // Dark on paper with grain, in light that grows downwards.
    private static byte[] Photo(SKEncodedImageFormat format, int quality)
    {
        const int Columns = 70, Rows = 66;
        var random = new Random(7);
        byte[] pixels = new byte[Columns * Rows];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(220 - Stroke(i, Columns, 0) / 400 + random.Next(9) + i / Columns / 4);
        return Skia.Encode(Skia.Gray(pixels, Columns, Rows), format, quality);
    }
}
