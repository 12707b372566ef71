using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>The test images: MNIST if it is available, otherwise generated digits.</summary>
internal static class TestImages
{
    private static readonly Lazy<DigitDataSet> Data = new(() =>
        DigitDataSource.Open(new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 100 }));

    public static DigitImages All => Data.Value.Test;

    public static bool AreMnist => Data.Value.IsMnist;
}
