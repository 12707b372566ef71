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
        Text("SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='28' height='28'></svg>", "an SVG drawing"),
        Text("SVG behind an XML header", "<?xml version='1.0'?><!-- seven --><svg></svg>", "an SVG drawing"),
        Text("PDF", "%PDF-1.7\n1 0 obj\n", "a PDF document"),
        new("ZIP", () => [.. "PK\x3\x4"u8, .. new byte[26]], "a ZIP archive"),
        new("TIFF, little-endian", () => [.. "II*\0"u8, 8, 0, 0, 0, 0, 0], "a TIFF image"),
        new("TIFF, big-endian", () => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 0], "a TIFF image"),
        new("HEIC", () => [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[12]], "a HEIC image"),
        new("AVIF", () => [0, 0, 0, 24, .. "ftypavif"u8, .. new byte[12]], "an AVIF image"),
        new("GZIP", () => [0x1F, 0x8B, 8, 0, .. new byte[20]], "is not an image"),
        // SkiaSharp reads these two formats, which ImageFile doesn't support.
        new("icon", () => [0, 0, 1, 0, 1, 0, 16, 16, .. new byte[300]], "is not an image"),
        new("wireless bitmap", () => [0, 0, 8, 2, 0xFF, 0x81], "is not an image"),
        new("WAV in RIFF", () => [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, .. new byte[24]], "is not an image"),
    ];

    private static NamedFile Text(string name, string content, string message) =>
        new(name, () => Encoding.UTF8.GetBytes(content), "is not an image", message);

    private static byte[] Noise()
    {
        byte[] bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
