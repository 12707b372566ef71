using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Draws a picture with boxes and digits on it.</summary>
internal static class AnnotatedImage
{
    private static readonly SKColor Ok = new(0, 150, 0);
    private static readonly SKColor Uncertain = new(235, 90, 0);

    // The lit segments of each digit: top, upper right, lower right, bottom, lower left, upper left, middle.
    private static readonly byte[] Lit = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F];

    private static readonly (int FromX, int FromY, int ToX, int ToY)[] Segments =
        [(0, 0, 1, 0), (1, 0, 1, 1), (1, 1, 1, 2), (0, 2, 1, 2), (0, 1, 0, 2), (0, 0, 0, 1), (0, 1, 1, 1)];

    // The length of a segment, as a share of the mean height of the boxes, and the least length in pixels.
    private const float Segment = 0.12f;
    private const float MinSegment = 3;

    /// <summary>Returns the picture as PNG.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="digits">The digits, with boxes in pixels of the raster.</param>
    public static byte[] EncodePng(DecodedImage picture, IReadOnlyList<LocatedDigit> digits)
    {
        var raster = picture.Raster;
        bool isGray = raster.Layout == PixelLayout.Gray8;
        using var source = new SKBitmap(new SKImageInfo(
            raster.Width, raster.Height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < raster.Height; y++)
        {
            raster.Pixels.Slice(y * raster.Stride, source.Info.RowBytes)
                .CopyTo(source.GetPixelSpan()[(y * source.RowBytes)..]);
        }
        using var target = new SKBitmap(new SKImageInfo(raster.Width, raster.Height, SKColorType.Rgba8888));
        using (var canvas = new SKCanvas(target))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(source, 0, 0, SKSamplingOptions.Default);
            float side = digits is [] ? 0 : Segment * (float)digits.Average(digit => digit.Box.Height);
            foreach (var digit in digits) Draw(canvas, digit, Math.Max(MinSegment, side));
        }
        using var data = target.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, LocatedDigit digit, float side)
    {
        using var paint = new SKPaint
        {
            Color = digit.Prediction.Status == PredictionStatus.Ok ? Ok : Uncertain,
            IsStroke = true,
            IsAntialias = true,
            StrokeWidth = Math.Max(1, side / 5),
        };
        canvas.DrawRect(
            digit.Box.Left - 0.5f, digit.Box.Top - 0.5f, digit.Box.Width + 1, digit.Box.Height + 1, paint);
        // Above the box, or in its corner at the top of the picture.
        float top = digit.Box.Top - (2.5f * side);
        if (top < 0) top = digit.Box.Top + (0.5f * side);
        int lit = Lit[digit.Prediction.Digit ?? 0];
        foreach (var (bit, (fromX, fromY, toX, toY)) in Segments.Index())
        {
            if ((lit >> bit & 1) == 0) continue;
            canvas.DrawLine(
                digit.Box.Left + (fromX * side), top + (fromY * side),
                digit.Box.Left + (toX * side), top + (toY * side), paint);
        }
    }
}
