using OnnxDigits.Training.Reports.Pictures;
using Color = ScottPlot.Color;
using Colors = ScottPlot.Colors;

namespace OnnxDigits.Training.Tests.Pictures;

public class PaletteTests
{
    public static TheoryData<bool> Palettes { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Palette_TextAndLines_ContrastWithThePaper(bool dark)
    {
        Palette palette = dark ? Palette.Dark : Palette.Light;
        Assert.InRange(Palette.Contrast(palette.Ink, palette.Paper), 7, 21);
        Assert.InRange(Palette.Contrast(palette.Muted, palette.Paper), 4.5, 21);
        Assert.All(palette.Series, color => Assert.InRange(Palette.Contrast(color, palette.Paper), 4.5, 21));
        Assert.Equal(palette.Series.Count, palette.Series.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void TextOn_AnyColorOfACell_IsReadable(bool dark)
    {
        Palette palette = dark ? Palette.Dark : Palette.Light;
        foreach (Color color in (Color[])[palette.Right, palette.Wrong])
        {
            for (double share = 0; share <= 1; share += 0.05)
            {
                Color cell = palette.OnPaper(color, share);
                Assert.InRange(Palette.Contrast(palette.TextOn(cell), cell), 3.9, 21);
            }
        }
    }

    [Fact]
    public void Contrast_BlackOnWhite_IsTwentyOne() =>
        Assert.Equal(21, Palette.Contrast(Colors.Black, Colors.White), 1e-9);
}
