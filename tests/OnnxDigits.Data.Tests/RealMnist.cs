namespace OnnxDigits.Data.Tests;

/// <summary>The real files, where the environment names them.</summary>
internal static class RealMnist
{
    private static readonly Lazy<DigitDataSet> Opened = new(() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = Folder is null ? DigitDataSet.Generated : null,
        AllowDownload = false,
    }));

    public static string? Folder =>
        Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>MNIST where it is, else generated digits: the same assertions hold of both.</summary>
    public static DigitDataSet DataSetOrGenerated => Opened.Value;
}
