using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Tools.Bench;

/// <summary>Provides the images that the benchmarks classify.</summary>
internal static class DigitInputs
{
    /// <summary>The number of images in a large batch.</summary>
    public const int Batch = 1024;

    private const int Side = 28;

    private static readonly DigitImages Images = DigitDataSource
        .Open(new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 100, GeneratedTestCount = Batch })
        .Test;

    /// <summary>Returns [count, 28, 28] bytes of the test set.</summary>
    public static byte[] Bytes(int count) => Images.Pixels.Span[..(count * Side * Side)].ToArray();

    /// <summary>Returns the same images as [count, 1, 28, 28] floats between 0 and 1.</summary>
    public static float[] Floats(int count) => [.. Bytes(count).Select(pixel => pixel / 255f)];

    /// <summary>
    /// Returns a JPEG file of 640 × 480 pixels that shows a dark digit on grainy paper under uneven light.
    /// </summary>
    public static byte[] Photograph()
    {
        using var digit = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Alpha8));
        Images.Image(0).CopyTo(digit.GetPixelSpan());
        using var page = new SKBitmap(new SKImageInfo(640, 480, SKColorType.Gray8, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(page);
        canvas.Clear(new SKColor(180, 180, 180));
        using var image = SKImage.FromBitmap(digit);
        using var ink = new SKPaint { Color = new SKColor(40, 40, 40) };
        var sampling = new SKSamplingOptions(SKCubicResampler.Mitchell);
        canvas.DrawImage(image, SKRect.Create(200, 120, 240, 240), sampling, ink);
        canvas.Flush();
        var random = new Random(1);
        Span<byte> pixels = page.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i++)
        {
            double light = 0.7 + 0.5 * (i % page.Width) / page.Width;
            pixels[i] = (byte)(pixels[i] * light + random.Next(-6, 7));
        }
        using SKData file = page.Encode(SKEncodedImageFormat.Jpeg, 85);
        return file.ToArray();
    }
}
