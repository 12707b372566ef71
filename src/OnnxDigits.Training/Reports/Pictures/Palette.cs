using ScottPlot;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Represents the colours of a picture on a light or a dark page.</summary>
public sealed record Palette
{
    private Palette()
    {
    }

    /// <summary>Gets the colours for a white page.</summary>
    public static Palette Light { get; } = new()
    {
        Suffix = "",
        Paper = Color.FromHex("#FFFFFF"),
        Ink = Color.FromHex("#1F2328"),
        Muted = Color.FromHex("#59636E"),
        Lines = Color.FromHex("#D1D9E0"),
        Right = Color.FromHex("#0969DA"),
        Wrong = Color.FromHex("#D1480B"),
        Series = Hex("#0969DA", "#BC4C00", "#1A7F37", "#8250DF", "#BF3989", "#0C7C86", "#9A6700", "#57606A"),
    };

    /// <summary>Gets the colours for a dark page.</summary>
    public static Palette Dark { get; } = new()
    {
        Suffix = "-dark",
        Paper = Color.FromHex("#0D1117"),
        Ink = Color.FromHex("#F0F6FC"),
        Muted = Color.FromHex("#9198A1"),
        Lines = Color.FromHex("#3D444D"),
        Right = Color.FromHex("#4493F8"),
        Wrong = Color.FromHex("#F0883E"),
        Series = Hex("#58A6FF", "#F0883E", "#3FB950", "#BC8CFF", "#F778BA", "#39C5CF", "#E3B341", "#B1BAC4"),
    };

    /// <summary>Gets both palettes.</summary>
    public static IReadOnlyList<Palette> All { get; } = [Light, Dark];

    /// <summary>Gets the suffix of a picture's file name, before the extension.</summary>
    public required string Suffix { get; init; }

    /// <summary>Gets the background colour.</summary>
    public required Color Paper { get; init; }

    /// <summary>Gets the colour of text.</summary>
    public required Color Ink { get; init; }

    /// <summary>Gets the colour of secondary text.</summary>
    public required Color Muted { get; init; }

    /// <summary>Gets the colour of grids and frames.</summary>
    public required Color Lines { get; init; }

    /// <summary>Gets the colour of correct predictions.</summary>
    public required Color Right { get; init; }

    /// <summary>Gets the colour of wrong predictions.</summary>
    public required Color Wrong { get; init; }

    /// <summary>Gets eight colours for the lines of a plot.</summary>
    public required IReadOnlyList<Color> Series { get; init; }

    /// <summary>Blends a colour with <see cref="Paper"/>.</summary>
    /// <param name="color">The colour to blend.</param>
    /// <param name="share">The share of <paramref name="color"/>, 0..1.</param>
    public Color OnPaper(Color color, double share) => Paper.InterpolateRgb(color, share);

    /// <summary>Returns <see cref="Paper"/> or <see cref="Ink"/>, whichever is easier to read on a colour.</summary>
    /// <param name="background">The colour behind the text.</param>
    public Color TextOn(Color background) =>
        Contrast(background, Ink) > Contrast(background, Paper) ? Ink : Paper;

    /// <summary>Returns the contrast ratio of WCAG 2: 1 for equal colours, 21 for black on white.</summary>
    internal static double Contrast(Color one, Color other)
    {
        double a = Luminance(one) + 0.05;
        double b = Luminance(other) + 0.05;
        return Math.Max(a, b) / Math.Min(a, b);
    }

    private static double Luminance(Color color) =>
        (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));

    private static double Linear(byte channel)
    {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static Color[] Hex(params string[] colors) => [.. colors.Select(Color.FromHex)];
}
