using OnnxDigits.Data;
using TorchOnnx;

namespace CrossCheck;

/// <summary>The test images: MNIST if it is available, otherwise generated digits.</summary>
internal static class TestImages
{
    private const int BatchSize = 100;
    private const int Pixels = DigitImages.PixelsPerImage;

    private static readonly Lazy<DigitDataSet> Data = new(() =>
        DigitDataSource.Open(new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 1000 }));

    public static DigitImages All => Data.Value.Test;

    public static DigitImages Training => Data.Value.Train;

    public static bool AreMnist => Data.Value.IsMnist;

    /// <summary>Returns the first images as batches for a graph.</summary>
    public static IEnumerable<IReadOnlyList<GraphTensor>> Batches(DigitImages images, int count) =>
        Enumerable.Range(0, Math.Min(count, images.Count) / BatchSize).Select(batch => (IReadOnlyList<GraphTensor>)
        [
            new GraphTensor<float>(
                [
                    .. images.Pixels.Slice(batch * BatchSize * Pixels, BatchSize * Pixels).ToArray()
                        .Select(pixel => pixel / 255f),
                ],
                BatchSize, 1, DigitImages.Rows, DigitImages.Columns),
        ]);
}
