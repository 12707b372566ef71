using System.Text;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Names what people give instead of an image, so that they need not guess.</summary>
internal static class ForeignFormat
{
    private const int Sample = 256;

    /// <summary>With its article, such as "a PDF document"; null where it is unknown.</summary>
    public static string? NameOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("%PDF"u8))
            return "a PDF document";
        if (file.StartsWith("PK"u8))
            return "a ZIP archive";
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return "a TIFF image";
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
            return file[8..].StartsWith("avi"u8) ? "an AVIF image" : "a HEIC image or a film";
        return NameOfText(file[..Math.Min(Sample, file.Length)]);
    }

    private static string? NameOfText(ReadOnlySpan<byte> start)
    {
        if (start.IndexOfAnyInRange((byte)0, (byte)8) >= 0)
            return null;
        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return "an SVG drawing";
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "an HTML page";
        // What is cut inside a character ends in one replacement; other bytes are no text.
        return text.TrimEnd('\uFFFD').Contains('\uFFFD') ? null : "text";
    }
}
