using System.Text;
using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Creates files of other formats.</summary>
internal static class ForeignFiles
{
    public static IEnumerable<NamedFile> All =>
    [
        new("zero bytes", () => [], "is empty"),
        new("one byte", () => [0x89], "is not an image"),
        new("zeros", () => new byte[5000], "is not an image"),
        new("random bytes", Noise, "is not an image"),
        Text("text", "This is the number three.", "but text"),
        Text("JSON", "{ \"digit\": 3 }", "but text"),
        Text("text with an accent", "C'est un huit dessiné à la main.", "but text"),
        new("UTF-16 text", () => Encoding.Unicode.GetBytes("This is the number three."), "is not an image"),
        Text("HTML", "\n<!DOCTYPE html>\n<html><body>404 Not found</body></html>", "an HTML page"),
        Text("HTML without a doctype", "\uFEFF<html><img src='3.png'></html>", "an HTML page"),
        new("ZIP", () => [.. "PK\x3\x4"u8, .. new byte[26]], "a ZIP archive"),
        new("video", () => [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[12]], "not an image but a video"),
        Picture("SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='28' height='28'></svg>"u8, "rsvg-convert"),
        Picture("SVG behind an XML header", "<?xml version='1.0'?><!-- seven --><svg></svg>"u8, "an SVG drawing"),
        Picture("PDF", "%PDF-1.7\n1 0 obj\n"u8, "a PDF document", "pdftoppm"),
        new("TIFF, little-endian", () => [.. "II*\0\b\0\0\0\0\0"u8], "unsupported kind of TIFF"),
        new("TIFF, big-endian", () => [.. "MM\0*\0\0\0\b\0\0"u8], "unsupported kind of TIFF"),
        Picture("HEIC", "\0\0\0\u0018ftypheic\0\0\0\0"u8, "a HEIC picture", "heif-convert photo.heic photo.jpg"),
        Picture("HEIC of another brand", "\0\0\0\u0018ftypmif1\0\0\0\0heic"u8, "sips -s format jpeg"),
        Picture("AVIF", "\0\0\0\u0018ftypavif\0\0\0\0"u8, "an AVIF picture", "avifdec"),
        Picture("JPEG XL", "\0\0\0\fJXL \r\n"u8, "a JPEG XL picture", "djxl"),
        new("JPEG XL without a container", () => [0xFF, 0x0A, 1, 2, 3], "a JPEG XL picture"),
        Picture("JPEG 2000", "\0\0\0\fjP  \r\n"u8, "a JPEG 2000 picture"),
        Picture("Photoshop", "8BPS\0\x1"u8, "a Photoshop document"),
        Picture("raw of Fujifilm", "FUJIFILMCCD-RAW 0201"u8, "a camera's raw file"),
        Picture("raw of Canon", "\0\0\0\u0018ftypcrx \0\0\0\x1"u8, "a camera's raw file"),
        Picture("PNM", "P5\n28 28\n255\n"u8, "a PNM picture"),
        new("GZIP", () => [0x1F, 0x8B, 8, 0, .. new byte[20]], "is not an image"),
        // SkiaSharp reads these two formats, which ImageFile doesn't support.
        new("icon", () => [0, 0, 1, 0, 1, 0, 16, 16, .. new byte[300]], "is not an image"),
        new("wireless bitmap", () => [0, 0, 8, 2, 0xFF, 0x81], "is not an image"),
        new("WAV in RIFF", () => [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, .. new byte[24]], "is not an image"),
    ];

    private static NamedFile Text(string name, string content, string message) =>
        new(name, () => Encoding.UTF8.GetBytes(content), "is not an image", message);

    private static NamedFile Picture(string name, ReadOnlySpan<byte> content, params string[] message)
    {
        byte[] bytes = content.ToArray();
        return new(name, () => bytes, ["which is not supported. Convert it first (", .. message]);
    }

    private static byte[] Noise()
    {
        byte[] bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
