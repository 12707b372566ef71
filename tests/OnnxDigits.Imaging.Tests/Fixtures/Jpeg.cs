namespace OnnxDigits.Imaging.Fixtures;

/// <summary>JPEG files of 16×16 pixels with quarters in red, green, blue and light gray.</summary>
internal static class Jpeg
{
    public const int Side = 16;

    public static byte[] Progressive { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1x"
        + "eXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/"
        + "wgARCAAQABADAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABAUG/8QAGAEAAwEBAAAAAAAAAAAAAAAAAwUGAgT/2gAMAwEAAhADEAAA"
        + "ASgZrDOTKDt1Kzf/xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAEFAh//xAAUEQEAAAAAAAAAAAAAAAAAAAAg/9oACAEDAQE/AR//xAAU"
        + "EQEAAAAAAAAAAAAAAAAAAAAg/9oACAECAQE/AR//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Ah//xAAUEAEAAAAAAAAAAAAAAAAA"
        + "AAAg/9oACAEBAAE/IR//2gAMAwEAAgADAAAAEFoP/8QAFBEBAAAAAAAAAAAAAAAAAAAAIP/aAAgBAwEBPxAf/8QAFBEBAAAAAAAAAAAAAAAA"
        + "AAAAIP/aAAgBAgEBPxAf/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQABPxAf/9k=");

    /// <summary>Gets an inverted CMYK file with Adobe's marker, as print programs write it.</summary>
    public static byte[] Cmyk { get; } = Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdoZz5NcXlw"
        + "ZHhcZWdj/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAcABgT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRD"
        + "AE0AWQBLAAA/ANIybJkAXlBJC8oItFp1J//Z");

    /// <summary>Inserts an EXIF orientation, 1 to 8, into a JPEG file.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. Exif.Orientation(orientation)];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>Returns a gray file of any height whose rows of blocks are all the same.</summary>
    /// <param name="strip">A gray file of 8 rows, whose width is a multiple of 8.</param>
    /// <param name="width">The width of the strip.</param>
    /// <param name="count">The number of strips, one below the other.</param>
    public static byte[] Repeat(ReadOnlySpan<byte> strip, int width, int count)
    {
        int frame = strip.IndexOf((byte[])[0xFF, 0xC0]), scan = strip.IndexOf((byte[])[0xFF, 0xDA]);
        byte[] restarts = [0xFF, 0xDD, 0, 4, (byte)(width / 8 >> 8), (byte)(width / 8)];
        const int ScanHeaderLength = 10;
        var file = new MemoryStream();
        file.Write(strip[..(frame + 5)]);
        file.Write([(byte)(8 * count >> 8), (byte)(8 * count)]);
        file.Write(strip[(frame + 7)..scan]);
        file.Write(restarts);
        file.Write(strip.Slice(scan, ScanHeaderLength));
        for (int i = 0; i < count; i++)
        {
            file.Write(strip[(scan + ScanHeaderLength)..^2]);
            file.Write([0xFF, i < count - 1 ? (byte)(0xD0 + i % 8) : (byte)0xD9]);
        }
        return file.ToArray();
    }
}
