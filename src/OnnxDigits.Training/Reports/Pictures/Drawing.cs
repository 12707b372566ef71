using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Paper with text, plots and images on it. Places are in pixels from the upper left corner.</summary>
internal sealed class Drawing : IDisposable
{
    private readonly Palette _palette;
    private readonly SKSurface _surface;

    public Drawing(int width, int height, Palette palette)
    {
        _palette = palette;
        _surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Canvas.Clear(palette.Paper.ToSKColor());
    }

    public SKCanvas Canvas => _surface.Canvas;

    public static float WidthOf(string text, float size)
    {
        using SKFont font = Font(size);
        return font.MeasureText(text);
    }

    /// <summary>Writes a line of text; y is where its letters stand.</summary>
    public void Text(
        string text, float x, float y, float size, Color? color = null, SKTextAlign align = SKTextAlign.Left)
    {
        using SKFont font = Font(size);
        using var paint = new SKPaint { Color = (color ?? _palette.Ink).ToSKColor(), IsAntialias = true };
        Canvas.DrawText(text, x, y, align, font, paint);
    }

    public void Plot(Plot plot, float left, float top, float right, float bottom)
    {
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Render(Canvas, new PixelRect(left, right, bottom, top));
    }

    public byte[] ToPng()
    {
        using SKImage image = _surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    public void Dispose() => _surface.Dispose();

    private static SKFont Font(float size) => new(EmbeddedFont.Typeface, size) { Subpixel = true };
}
