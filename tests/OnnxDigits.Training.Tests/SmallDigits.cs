using OnnxDigits.Data;

namespace OnnxDigits.Training.Tests;

/// <summary>Generates enough digits to train a network within a second.</summary>
internal static class SmallDigits
{
    public static DigitDataSet Open() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = "generated",
        GeneratedTrainCount = 6_000,
        GeneratedTestCount = 500,
        AllowDownload = false,
    });
}
