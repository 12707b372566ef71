using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Finds digits: a folder that is named, MNIST where it is or can be fetched, or generated ones.</summary>
public static class DigitDataSource
{
    /// <summary>The environment variable that names a folder with MNIST's four IDX files.</summary>
    public const string EnvironmentVariable = "ONNXDIGITS_DATA";

    /// <summary>Opens a data set; see <see cref="OpenAsync"/>. Blocks while it downloads.</summary>
    /// <param name="options">What is wanted; everything by default when null.</param>
    /// <exception cref="DigitDataException">The digits asked for cannot be had.</exception>
    public static DigitDataSet Open(DigitDataOptions? options = null) =>
        OpenAsync(options).GetAwaiter().GetResult();

    /// <summary>
    /// Opens a data set. MNIST is looked for in this order: the folder in <see cref="DigitDataOptions.Data"/>, the one
    /// that <see cref="EnvironmentVariable"/> names, the cache, the mirrors. A folder that somebody named and that does
    /// not hold MNIST is an error, never a reason to go on; only when nobody named one and no mirror answers are digits
    /// generated instead, and <see cref="DigitDataSet.Notice"/> says so.
    /// </summary>
    /// <param name="options">What is wanted; everything by default when null.</param>
    /// <param name="cancellationToken">Ends a download; what has arrived is kept for the next attempt.</param>
    /// <exception cref="DigitDataException">The digits asked for cannot be had.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<DigitDataSet> OpenAsync(
        DigitDataOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DigitDataOptions();
        if (options.Data == DigitDataSet.Generated)
            return Generate(options);
        if (options.Data is { } folder and not DigitDataSet.Mnist)
            return MnistFolder.Open(folder, "the data folder", options);
        if (options.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named)
            return MnistFolder.Open(named, $"from {EnvironmentVariable}", options);

        var cache = options.CacheFolder ?? CacheFolder.Default(options.GetEnvironmentVariable);
        try
        {
            await MnistDownload.CompleteAsync(cache, options, cancellationToken).ConfigureAwait(false);
        }
        catch (DigitDataException e) when (options.Data is null)
        {
            return Generate(options, $"MNIST is not here, so digits are generated instead: {e.Message}");
        }

        return MnistFolder.Open(cache, "the cache", options with { AllowOtherDigests = false });
    }

    private static DigitDataSet Generate(DigitDataOptions options, string? notice = null) =>
        DigitGenerator.CreateDataSet(options.Seed, options.GeneratedTrainCount, options.GeneratedTestCount, notice);
}
