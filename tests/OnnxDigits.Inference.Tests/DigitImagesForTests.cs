using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

/// <summary>MNIST if it is available, otherwise generated digits.</summary>
internal static class DigitImagesForTests
{
    private static readonly Lazy<DigitDataSet> Lazy = new(() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) ?? DigitDataSet.Generated,
        AllowDownload = false,
        GeneratedTrainCount = 1000,
        GeneratedTestCount = 500,
    }));

    public static DigitDataSet Set => Lazy.Value;

    public static bool IsMnist => Set.IsMnist;
}
