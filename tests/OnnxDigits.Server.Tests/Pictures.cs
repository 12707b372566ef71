using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Server.Tests;

/// <summary>Encodes digits as image files.</summary>
internal static class Pictures
{
    /// <summary>Gets 10,000 test digits of MNIST, or 300 generated ones if MNIST isn't available.</summary>
    public static DigitImages Test { get; } = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable)
        is { Length: > 0 }
        ? DigitDataSource.Open(new() { AllowDownload = false }).Test
        : DigitGenerator.Draw(seed: 1, count: 300);

    /// <summary>Returns a digit of the test set with a label.</summary>
    public static byte[] Of(int label, SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Encode(Test.Image(Enumerable.Range(0, Test.Count).First(i => Test.Label(i) == label)), format);

    public static byte[] Encode(
        ReadOnlySpan<byte> pixels, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int width = 28)
    {
        int height = pixels.Length / width;
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        pixels.CopyTo(bitmap.GetPixelSpan());
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>Returns a white picture.</summary>
    public static byte[] Blank(int side)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.White);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Returns a page with four digits in a row.</summary>
    public static byte[] Page()
    {
        var page = DigitPage.Draw(Test.Slice(0, 4), DigitPaper.Plain, isPhotograph: false, seed: 4);
        return Encode(page.Pixels, width: page.Width);
    }
}
