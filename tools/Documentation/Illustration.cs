using ScottPlot;
using SkiaSharp;
using Drawing = OnnxDigits.Training.Reports.Pictures.Drawing;
using Palette = OnnxDigits.Training.Reports.Pictures.Palette;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What the pictures of the pages have in common.</summary>
internal static class Illustration
{
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
