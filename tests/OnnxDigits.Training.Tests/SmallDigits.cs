using OnnxDigits.Data;

namespace OnnxDigits.Training.Tests;

/// <summary>A few generated digits: enough to learn from in a second.</summary>
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
