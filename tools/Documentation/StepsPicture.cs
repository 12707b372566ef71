using OnnxDigits.Imaging;
using OnnxDigits.Tools.Reading;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using Drawing = OnnxDigits.Training.Reports.Pictures.Drawing;

namespace OnnxDigits.Tools.Documentation;

/// <summary>Five pictures, and what comes out of the preprocessing when it is cut off behind each of its steps.</summary>
internal static class StepsPicture
{
    private const int Side = 112, Gap = 14, PictureWidth = 150, Head = 40, FontSize = 13;

    private static readonly (int Digit, string Condition)[] Shown =
    [
        (2, "all at once: pen of 2 to 8 px, page, light, grain, JPEG 70"),
        (7, "uneven lighting"),
        (5, "squared paper"),
        (3, "a desk beyond the page's edge"),
        (4, "pen line of 2 px, 5×"),
    ];

    public static byte[] Draw(Palette palette)
    {
        int width = Gap + PictureWidth + Gap + (Steps.All.Count * (Side + Gap));
        using var drawing = new Drawing(width, Head + (Shown.Length * (Side + Gap)), palette);
        Title(drawing, "the picture", Gap, PictureWidth, palette);
        for (int step = 0; step < Steps.All.Count; step++)
            Title(drawing, Steps.All[step].Name, Left(step), Side, palette);
        for (int row = 0; row < Shown.Length; row++)
            DrawRow(drawing, Head + (row * (Side + Gap)), Samples.File(Shown[row].Digit, Shown[row].Condition), palette);
        return drawing.ToPng();
    }

    private static void DrawRow(Drawing drawing, float top, byte[] file, Palette palette)
    {
        using SKImage picture = SKImage.FromEncodedData(file);
        float scale = Math.Min((float)PictureWidth / picture.Width, (float)Side / picture.Height);
        Illustration.Show(drawing, picture, SKRect.Create(Gap, top, picture.Width * scale, picture.Height * scale), palette);
        for (int step = 0; step < Steps.All.Count; step++)
        {
            byte[] seen = Steps.All[step].Apply(Steps.Gray(ImageFile.Decode(file).Raster)) ?? new byte[28 * 28];
            using SKImage small = Illustration.Seen(seen);
            Illustration.Show(drawing, small, SKRect.Create(Left(step), top, Side, Side), palette);
        }
    }

    // A name too long for its column goes on in a second line.
    private static void Title(Drawing drawing, string text, float left, float width, Palette palette)
    {
        string[] words = text.Replace(" (all)", "").Split(' ');
        int first = 1;
        while (first < words.Length && Drawing.WidthOf(string.Join(' ', words[..(first + 1)]), FontSize) <= width) first++;
        drawing.Text(string.Join(' ', words[..first]), left, 14, FontSize, palette.Ink);
        drawing.Text(string.Join(' ', words[first..]), left, 30, FontSize, palette.Ink);
    }

    private static float Left(int step) => Gap + PictureWidth + Gap + (step * (Side + Gap));
}
