using SkiaSharp;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes an image of each row, as a PNG file named by row number and input.</summary>
/// <param name="folder">The folder.</param>
/// <param name="encode">Returns the bytes of the image of a row, or <c>null</c> if it has none.</param>
internal sealed class NumberedImages(OutputFolder folder, Func<ResultRow, byte[]?> encode) : IRowWriter
{
    private const int Side = 28;

    // File systems limit names to 255 bytes, and the temporary file has a longer name.
    private const int MaxNameBytes = 180;

    private int _row;

    public void Write(ResultRow row)
    {
        _row++;
        if (encode(row) is not { } png) return;
        string name = Shorten(Path.GetFileNameWithoutExtension(row.Path));
        folder.Write($"{_row:000000}-{name}.png", stream => stream.Write(png));
    }

    /// <summary>Encodes 28×28 grayscale pixels as PNG.</summary>
    public static byte[] EncodePng(ReadOnlySpan<byte> image)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < Side; y++)
        {
            image.Slice(y * Side, Side).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static string Shorten(string name)
    {
        int bytes = 0;
        return string.Concat(
            name.EnumerateRunes().TakeWhile(rune => (bytes += rune.Utf8SequenceLength) <= MaxNameBytes));
    }
}
