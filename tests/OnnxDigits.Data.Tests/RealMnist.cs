namespace OnnxDigits.Data.Tests;

/// <summary>The real files, where the environment names them.</summary>
internal static class RealMnist
{
    public static string? Folder { get; } =
        Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>MNIST where it is, else generated digits: the same assertions hold of both.</summary>
    public static DigitDataSet DataSetOrGenerated => DigitDataSource.Open(new DigitDataOptions
    {
        Data = Folder is null ? DigitDataSet.Generated : null,
        AllowDownload = false,
    });
}
