using OnnxDigits.Data;
using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests;

public class PngRoundTripTests
{
    private const int Count = 1000;

    [Fact]
    public void Decode_DigitsAsPng_ClassifyLikeTheirBytes()
    {
        var images = Open();
        using var classifier = new DigitClassifier();
        byte[] fromFile = new byte[DigitPreprocessing.OutputLength];
        byte[] fromBytes = new byte[DigitPreprocessing.OutputLength];
        for (int n = 0; n < Count; n++)
        {
            // Every second image is RGBA, as image editors write it.
            var bitmap = Skia.Gray(images.Image(n), 28, 28);
            if (n % 2 == 1) bitmap = bitmap.Copy(SKColorType.Rgba8888);
            var decoded = ImageFile.Decode(Skia.Encode(bitmap, SKEncodedImageFormat.Png));

            DigitPreprocessing.Apply(decoded.Raster, fromFile);
            DigitPreprocessing.Apply(new RasterImage(images.Image(n), 28, 28, PixelLayout.Gray8), fromBytes);
            Assert.Equal(fromBytes, fromFile);
            Assert.Equal(classifier.Classify(images.Image(n)).Scores, classifier.Classify(decoded.Raster).Scores);
        }
    }

    [Fact]
    public void ClassifyFile_Digits_AreMostlyRight()
    {
        var images = Open();
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "digit.png");
        using var classifier = new DigitClassifier();
        int right = 0;
        for (int n = 0; n < 200; n++)
        {
            File.WriteAllBytes(path, Skia.Encode(Skia.Gray(images.Image(n), 28, 28), SKEncodedImageFormat.Png));
            right += classifier.ClassifyFile(path).Digit == images.Label(n) ? 1 : 0;
        }
        Assert.InRange(right, 120, 200);
    }

    private static DigitImages Open() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) ?? DigitDataSet.Generated,
        AllowDownload = false,
        GeneratedTrainCount = Count,
        GeneratedTestCount = 10,
    }).Train;
}
