using OnnxDigits.Data;
using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws text, plots and digits on a page and encodes it as PNG.</summary>
/// <remarks>Coordinates start at the upper left corner; a unit is two pixels of the PNG file.</remarks>
public sealed class Drawing : IDisposable
{
    /// <summary>The number of pixels in a unit.</summary>
    internal const int Scale = 2;

    private static readonly SKTypeface Typeface = LoadFont();

    private readonly Palette _palette;
    private readonly SKSurface _surface;

    /// <summary>Initializes an empty page.</summary>
    /// <param name="width">The width in units.</param>
    /// <param name="height">The height in units.</param>
    /// <param name="palette">The colours of the page and of text.</param>
    public Drawing(int width, int height, Palette palette)
    {
        _palette = palette;
        _surface = SKSurface.Create(
            new SKImageInfo(width * Scale, height * Scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Canvas.Scale(Scale);
        Canvas.Clear(palette.Paper.ToSKColor());
    }

    /// <summary>Gets the canvas, in units.</summary>
    public SKCanvas Canvas => _surface.Canvas;

    /// <summary>Returns an empty plot in the colours of a palette.</summary>
    /// <param name="palette">The colours of axes and grid.</param>
    /// <param name="horizontal">The label of the horizontal axis.</param>
    /// <param name="vertical">The label of the vertical axis.</param>
    public static Plot CreatePlot(Palette palette, string horizontal, string vertical)
    {
        var plot = new Plot();
        plot.Font.Set(Typeface.FamilyName);
        plot.FigureBackground.Color = palette.Paper;
        plot.DataBackground.Color = palette.Paper;
        plot.Axes.Color(palette.Muted);
        plot.Axes.FrameColor(palette.Lines);
        plot.Grid.MajorLineColor = palette.Lines.WithAlpha(0.6);
        plot.XLabel(horizontal, 15);
        plot.YLabel(vertical, 15);
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = 13;
            axis.MinorTickStyle.Length = 0;
            axis.Label.Bold = false;
            axis.Label.ForeColor = palette.Ink;
        }

        return plot;
    }

    /// <summary>Returns the width of a line of text in units.</summary>
    /// <param name="text">The line.</param>
    /// <param name="size">The size of the font in units.</param>
    public static float WidthOf(string text, float size)
    {
        using SKFont font = Font(size);
        return font.MeasureText(text);
    }

    /// <summary>Draws a line of text.</summary>
    /// <param name="text">The line.</param>
    /// <param name="x">The horizontal position of the text's start, centre or end.</param>
    /// <param name="y">The vertical position of the baseline.</param>
    /// <param name="size">The size of the font in units.</param>
    /// <param name="color">The colour; <see cref="Palette.Ink"/> if <c>null</c>.</param>
    /// <param name="align">The part of the text at <paramref name="x"/>.</param>
    public void Text(
        string text, float x, float y, float size, Color? color = null, SKTextAlign align = SKTextAlign.Left)
    {
        using SKFont font = Font(size);
        using var paint = new SKPaint { Color = (color ?? _palette.Ink).ToSKColor(), IsAntialias = true };
        Canvas.DrawText(text, x, y, align, font, paint);
    }

    /// <summary>Draws a plot with its axes into a rectangle.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="left">The left side of the rectangle.</param>
    /// <param name="top">The upper side.</param>
    /// <param name="right">The right side.</param>
    /// <param name="bottom">The lower side.</param>
    public void Plot(Plot plot, float left, float top, float right, float bottom)
    {
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Render(Canvas, new PixelRect(left, right, bottom, top));
    }

    /// <summary>Draws the outline of a rectangle.</summary>
    /// <param name="place">The rectangle. The line is drawn around it.</param>
    /// <param name="color">The colour of the line.</param>
    /// <param name="width">The width of the line in units.</param>
    public void Frame(SKRect place, Color color, float width)
    {
        place.Inflate(width / 2, width / 2);
        using var paint = new SKPaint { Color = color.ToSKColor(), IsStroke = true, StrokeWidth = width };
        Canvas.DrawRect(place, paint);
    }

    /// <summary>Draws an image of a digit, or a part of it, in the colours of the page.</summary>
    /// <param name="pixels">The 784 pixels of the image, row by row; 0 is background, 255 full ink.</param>
    /// <param name="place">The rectangle to draw into.</param>
    /// <param name="part">The part to draw, in pixels of the image; the whole image if <c>null</c>.</param>
    /// <param name="background">The share of ink in the background, 0..1, to set the image apart from the page.</param>
    public void Digit(ReadOnlySpan<byte> pixels, SKRect place, SKRect? part = null, double background = 0)
    {
        using var bitmap = new SKBitmap(DigitImages.Columns, DigitImages.Rows);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, DigitImages.Columns);
            double ink = background + ((1 - background) * pixels[i] / 255);
            bitmap.SetPixel(column, row, _palette.OnPaper(_palette.Ink, ink).ToSKColor());
        }

        using SKImage image = SKImage.FromBitmap(bitmap);
        var sampling = new SKSamplingOptions(SKFilterMode.Nearest);
        Canvas.DrawImage(image, part ?? SKRect.Create(bitmap.Width, bitmap.Height), place, sampling);
    }

    /// <summary>Encodes the page as PNG.</summary>
    public byte[] ToPng()
    {
        using SKImage image = _surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _surface.Dispose();

    private static SKFont Font(float size) => new(Typeface, size) { Subpixel = true };

    // SkiaSharp's build without native dependencies cannot find the system's fonts.
    private static SKTypeface LoadFont()
    {
        using Stream file = typeof(Drawing).Assembly.GetManifestResourceStream("DejaVuSans-Latin1.ttf")!;
        SKTypeface typeface = SKTypeface.FromStream(file);
        Fonts.FontResolvers.Insert(0, new EmbeddedFont(typeface));
        Fonts.Default = typeface.FamilyName;
        return typeface;
    }

    private sealed class EmbeddedFont(SKTypeface typeface) : IFontResolver
    {
        public SKTypeface CreateTypeface(string name, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            typeface;

        public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => typeface;
    }
}
