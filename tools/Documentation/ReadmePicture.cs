using System.Globalization;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using Drawing = OnnxDigits.Training.Reports.Pictures.Drawing;

namespace OnnxDigits.Tools.Documentation;

/// <summary>Four pictures of digits, what the network sees of each, and what it says.</summary>
internal static class ReadmePicture
{
    private const int Column = 225, PictureWidth = 200, PictureHeight = 150, SeenSide = 112, Margin = 12;

    private static readonly (int Digit, string Condition)[] Shown =
    [
        (2, "all at once: pen of 2 to 8 px, page, light, grain, JPEG 70"),
        (4, "uneven lighting"),
        (7, "paper grain"),
        (8, "off-centre on a large page"),
    ];

    public static byte[] Draw(Palette palette)
    {
        using var classifier = new DigitClassifier(new() { Device = "cpu" });
        using var drawing = new Drawing(Shown.Length * Column, PictureHeight + SeenSide + (3 * Margin), palette);
        for (int i = 0; i < Shown.Length; i++)
            DrawOne(drawing, i * Column + ((Column - PictureWidth) / 2f), Samples.File(Shown[i].Digit, Shown[i].Condition), classifier, palette);
        return drawing.ToPng();
    }

    private static void DrawOne(Drawing drawing, float left, byte[] file, DigitClassifier classifier, Palette palette)
    {
        RasterImage raster = ImageFile.Decode(file).Raster;
        DigitPrediction prediction = classifier.Classify(raster);
        byte[] seen = new byte[DigitPreprocessing.OutputLength];
        DigitPreprocessing.Apply(raster, seen);
        using SKImage picture = SKImage.FromEncodedData(file);
        using SKImage small = Illustration.Seen(seen);
        Illustration.Show(drawing, picture, SKRect.Create(left, Margin, PictureWidth, PictureHeight), palette);
        float top = PictureHeight + (2 * Margin);
        Illustration.Show(drawing, small, SKRect.Create(left, top, SeenSide, SeenSide), palette);
        float middle = left + SeenSide + ((PictureWidth - SeenSide) / 2f);
        drawing.Text($"{prediction.Digit}", middle, top + 66, 64, align: SKTextAlign.Center);
        drawing.Text(prediction.Confidence.ToString("P1", CultureInfo.InvariantCulture), middle, top + 96, 18, palette.Muted, SKTextAlign.Center);
    }
}
