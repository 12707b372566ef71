using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Opens MNIST, another data set in its format, or generated digits.</summary>
/// <example>
/// <code>
/// DigitDataSet digits = DigitDataSource.Open();
/// Console.WriteLine($"{digits.Description}, first label {digits.Train.Label(0)}");
/// </code>
/// </example>
public static class DigitDataSource
{
    /// <summary>The environment variable that names a folder with MNIST's four IDX files.</summary>
    public const string EnvironmentVariable = "ONNXDIGITS_DATA";

    /// <summary>Opens a data set synchronously.</summary>
    /// <inheritdoc cref="OpenAsync" path="/remarks"/>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <exception cref="DigitDataException">The requested digits are not available.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of generated images is negative.</exception>
    public static DigitDataSet Open(DigitDataOptions? options = null) =>
        OpenAsync(options).GetAwaiter().GetResult();

    /// <summary>Opens a data set.</summary>
    /// <remarks>
    /// Looks for MNIST in the folder <see cref="DigitDataOptions.Data"/>, in the folder that
    /// <see cref="EnvironmentVariable"/> names and in the cache, and then downloads it. A named folder without MNIST is
    /// an error. If MNIST cannot be downloaded and <see cref="DigitDataOptions.Data"/> is <see langword="null"/>,
    /// digits are generated, and <see cref="DigitDataSet.Notice"/> states the reason.
    /// </remarks>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels a download or the generation of digits.</param>
    /// <exception cref="DigitDataException">The requested digits are not available.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of generated images is negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<DigitDataSet> OpenAsync(
        DigitDataOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DigitDataOptions();
        if (options.Data == DigitDataSet.Generated) return Generate(options, notice: null, cancellationToken);
        if (options.Data is { } folder and not DigitDataSet.Mnist)
        {
            return MnistFolder.Open(folder, "the data folder", options);
        }
        if (options.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named)
        {
            return MnistFolder.Open(named, $"from {EnvironmentVariable}", options);
        }

        string cache = options.CacheFolder ?? DefaultCacheFolder(options.GetEnvironmentVariable);
        if (TryOpenCache(cache, options) is { } cached) return cached;
        try
        {
            await MnistDownload.CompleteAsync(cache, options, cancellationToken).ConfigureAwait(false);
        }
        catch (DigitDataException e) when (options.Data is null)
        {
            return Generate(
                options, $"MNIST is not available, using generated digits: {e.Message}", cancellationToken);
        }
        return OpenCache(cache, options);
    }

    internal static string DefaultCacheFolder(Func<string, string?> getEnvironmentVariable)
    {
        // The XDG specification says to ignore a relative path.
        string root = getEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache)
            ? cache
            : Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(root.Length > 0 ? root : Path.GetTempPath(), "onnxdigits", "mnist");
    }

    private static DigitDataSet? TryOpenCache(string cache, DigitDataOptions options)
    {
        try
        {
            return OpenCache(cache, options);
        }
        catch (DigitDataException)
        {
            // Incomplete or damaged: the download repairs it.
            return null;
        }
    }

    private static DigitDataSet OpenCache(string cache, DigitDataOptions options) =>
        MnistFolder.Open(cache, "the cache", options with { AllowOtherDigests = false });

    private static DigitDataSet Generate(
        DigitDataOptions options, string? notice, CancellationToken cancellationToken) => DigitGenerator.CreateDataSet(
            options.Seed, options.GeneratedTrainCount, options.GeneratedTestCount, notice, cancellationToken);
}
