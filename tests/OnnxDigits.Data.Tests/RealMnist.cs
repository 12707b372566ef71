namespace OnnxDigits.Data.Tests;

/// <summary>Opens MNIST if the environment names its folder.</summary>
internal static class RealMnist
{
    private static readonly Lazy<DigitDataSet> Opened = new(() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = Folder is null ? DigitDataSet.Generated : null,
        AllowDownload = false,
    }));

    public static string? Folder =>
        Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) is { Length: > 0 } folder
            ? folder
            : null;

    /// <summary>Gets MNIST if available, otherwise generated digits. The same assertions hold for both.</summary>
    public static DigitDataSet DataSetOrGenerated => Opened.Value;
}
