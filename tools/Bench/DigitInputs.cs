using OnnxDigits.Data;

namespace OnnxDigits.Tools.Bench;

/// <summary>The first images of the test set, as bytes and as the floats that the network takes.</summary>
internal static class DigitInputs
{
    public const int ImageLength = DigitImages.Rows * DigitImages.Columns;
    public const int Most = 1024;

    private static readonly DigitImages Images = DigitDataSource
        .Open(new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 100, GeneratedTestCount = Most })
        .Test;

    /// <summary>[count, 28, 28] bytes.</summary>
    public static byte[] Bytes(int count) => Images.Pixels.Span[..(count * ImageLength)].ToArray();

    /// <summary>[count, 1, 28, 28] floats, 0..1.</summary>
    public static float[] Floats(int count)
    {
        var floats = new float[count * ImageLength];
        PixelScaling.ToUnit(Bytes(count), floats);
        return floats;
    }
}
