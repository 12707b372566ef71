using System.Text;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Recognizes files of other formats, and names the command that converts a picture.</summary>
internal static class ForeignFormat
{
    private const int TextSampleLength = 256;

    private const string Heic =
        "heif-convert photo.heic photo.jpg, or sips -s format jpeg photo.heic --out photo.jpg on macOS";

    /// <summary>Returns the reason why a file of an unsupported format cannot be read, in sentences.</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (Picture(file) is var (picture, command))
        {
            return $"it is {picture}, which is not supported. Convert it first ({command}).";
        }
        string kind = Other(file) is { } other ? $" but {other}" : "";
        return $"it is not an image{kind}. The supported formats are PNG, JPEG, WebP, GIF, BMP and TIFF.";
    }

    private static (string Kind, string Command)? Picture(ReadOnlySpan<byte> file)
    {
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8)) return Brand(file.Slice(8, 4));
        if (file.StartsWith("\0\0\0\fJXL "u8) || file.StartsWith((byte[])[0xFF, 0x0A]))
        {
            return ("a JPEG XL picture", "djxl photo.jxl photo.png");
        }
        if (file.StartsWith("\0\0\0\fjP  "u8) || file.StartsWith((byte[])[0xFF, 0x4F, 0xFF, 0x51]))
        {
            return ("a JPEG 2000 picture", "opj_decompress -i photo.jp2 -o photo.png");
        }
        if (file.StartsWith("IIRO"u8) || file.StartsWith("IIU\0"u8) || file.StartsWith("FUJIFILMCCD-RAW"u8))
        {
            return ("a camera's raw file", "darktable-cli photo.raf photo.jpg");
        }
        if (file.StartsWith("8BPS"u8)) return ("a Photoshop document", "magick 'drawing.psd[0]' drawing.png");
        if (file.StartsWith("gimp xcf"u8)) return ("a GIMP picture", "magick drawing.xcf -flatten drawing.png");
        if (file.StartsWith("%PDF"u8)) return ("a PDF document", "pdftoppm -r 150 -png pages.pdf page");
        if (file.StartsWith("%!PS"u8)) return ("a PostScript document", "magick -density 150 page.eps page.png");
        if (file is [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)'\n' or (byte)'\r' or (byte)' ', ..])
        {
            return ("a PNM picture", "magick photo.ppm photo.png");
        }
        return Text(file)?.Contains("<svg", StringComparison.OrdinalIgnoreCase) == true
            ? ("an SVG drawing", "rsvg-convert drawing.svg -o drawing.png")
            : null;
    }

    /// <summary>Recognizes the pictures among the files of the ISO base media format.</summary>
    private static (string Kind, string Command)? Brand(ReadOnlySpan<byte> brand)
    {
        if (brand.StartsWith("avi"u8)) return ("an AVIF picture", "avifdec photo.avif photo.png");
        if (brand.StartsWith("crx"u8)) return ("a camera's raw file", "darktable-cli photo.cr3 photo.jpg");
        bool isHeic = brand.StartsWith("he"u8) || brand.StartsWith("mif"u8) || brand.StartsWith("msf"u8);
        return isHeic ? ("a HEIC picture", Heic) : null;
    }

    private static string? Other(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("PK"u8)) return "a ZIP archive";
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8)) return "a video";
        if (Text(file) is not { } text) return null;
        bool isPage = text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        return isPage ? "an HTML page" : "text";
    }

    /// <summary>Returns the start of a text file, or <c>null</c> if it is binary.</summary>
    private static string? Text(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(TextSampleLength, file.Length)];
        if (start.IndexOfAnyInRange((byte)0, (byte)8) >= 0) return null;
        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        // The sample may end within a character, which becomes one replacement character.
        return text.TrimEnd('\uFFFD').Contains('\uFFFD') ? null : text;
    }
}
