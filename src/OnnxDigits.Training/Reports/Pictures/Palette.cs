using ScottPlot;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>The colours of a picture, for a light or for a dark page; each is readable on its paper.</summary>
internal sealed record Palette
{
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

    public static IReadOnlyList<Palette> All { get; } = [Light, Dark];

    /// <summary>What a picture's file name has before its extension.</summary>
    public required string Suffix { get; init; }

    public required Color Paper { get; init; }

    public required Color Ink { get; init; }

    /// <summary>Text of second rank.</summary>
    public required Color Muted { get; init; }

    /// <summary>Grids and frames.</summary>
    public required Color Lines { get; init; }

    /// <summary>Digits that were read as they should be.</summary>
    public required Color Right { get; init; }

    /// <summary>Digits that were not.</summary>
    public required Color Wrong { get; init; }

    /// <summary>Lines that are told apart by colour.</summary>
    public required IReadOnlyList<Color> Series { get; init; }

    /// <summary>A colour laid over the paper.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="share">How much of it there is, 0..1.</param>
    public Color OnPaper(Color color, double share) => Paper.InterpolateRgb(color, share);

    /// <summary>Paper or ink, whichever is easier to read on a colour.</summary>
    public Color TextOn(Color color) => Contrast(color, Ink) > Contrast(color, Paper) ? Ink : Paper;

    /// <summary>The contrast ratio of WCAG 2, from 1 (none) to 21.</summary>
    public static double Contrast(Color one, Color other)
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
