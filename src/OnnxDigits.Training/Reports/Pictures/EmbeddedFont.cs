using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>
/// The font of all pictures, inside this assembly: SkiaSharp without dependencies finds none of the system's.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    private const string Name = "DejaVu Sans";

    /// <summary>Plots use it from the first time this is read.</summary>
    public static SKTypeface Typeface { get; } = Load();

    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        Typeface;

    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => Typeface;

    private static SKTypeface Load()
    {
        using Stream file = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("DejaVuSans-Latin1.ttf")!;
        SKTypeface typeface = SKTypeface.FromStream(file);
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = Name;
        return typeface;
    }
}
