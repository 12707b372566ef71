using OnnxDigits.Data.Internals;
using ScottPlot;
using SkiaSharp;
using Drawing = OnnxDigits.Training.Internals.Pictures.Drawing;
using Palette = OnnxDigits.Training.Internals.Pictures.Palette;

namespace OnnxDigits.Tools.Documentation;

/// <summary>Pictures for light and dark pages, and what they have in common.</summary>
internal static class Illustration
{
    public static void Write(string folder, string name, Func<Palette, byte[]> draw)
    {
        Directory.CreateDirectory(folder);
        foreach (Palette palette in Palette.All)
        {
            byte[] png = draw(palette);
            AtomicFile.Write(Path.Combine(folder, $"{name}{palette.Suffix}.png"), stream => stream.Write(png));
        }
    }

    /// <summary>An image in a frame, enlarged so that its pixels can be seen, or reduced.</summary>
    public static void Show(Drawing drawing, SKImage image, SKRect place, Palette palette)
    {
        var sampling = place.Width > image.Width
            ? new SKSamplingOptions(SKFilterMode.Nearest)
            : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        drawing.Canvas.DrawImage(image, place, sampling);
        using var line = new SKPaint { Color = palette.Lines.ToSKColor(), Style = SKPaintStyle.Stroke };
        drawing.Canvas.DrawRect(place, line);
    }

    /// <summary>28×28 bytes as the network sees them, light on black.</summary>
    public static SKImage Seen(ReadOnlySpan<byte> pixels) =>
        SKImage.FromPixelCopy(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque), pixels.ToArray());
}
