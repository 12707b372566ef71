using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Training.Tests.Pictures;

/// <summary>Assertions on PNG pictures.</summary>
internal static class Png
{
    /// <summary>Asserts that a picture decodes, has the palette's background and isn't empty.</summary>
    public static void AssertDrawn(byte[] png, Palette palette)
    {
        using SKBitmap picture = SKBitmap.Decode(png);
        Assert.NotNull(picture);
        SKColor paper = picture.GetPixel(0, 0);
        Assert.Equal((palette.Paper.R, palette.Paper.G, palette.Paper.B), (paper.Red, paper.Green, paper.Blue));
        Assert.InRange(picture.Pixels.Count(pixel => pixel != paper), 2_000, picture.Pixels.Length / 2);
    }

    /// <summary>Returns the number of pixels of a colour.</summary>
    public static int Count(byte[] png, ScottPlot.Color color)
    {
        using SKBitmap picture = SKBitmap.Decode(png);
        return picture.Pixels.Count(pixel => (pixel.Red, pixel.Green, pixel.Blue) == (color.R, color.G, color.B));
    }
}
