using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Which digits <see cref="DigitDataSource"/> opens, and what it may do to get them.</summary>
public sealed record DigitDataOptions
{
    /// <summary>
    /// A folder with the four IDX files (gzip or not); <c>mnist</c> to find or download MNIST and fail otherwise;
    /// <c>generated</c> to draw digits; null, the default, for MNIST with drawn digits where it cannot be had. A folder
    /// that is really called <c>mnist</c> or <c>generated</c> is written <c>./mnist</c>.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>Whether the network may be used; true by default.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>
    /// Whether the files of a folder may have other digests than MNIST's published ones, for instance those of another
    /// data set in the same format; false by default. The set's name is then <see cref="DigitDataSet.Other"/>.
    /// </summary>
    public bool AllowOtherDigests { get; init; }

    /// <summary>The seed of generated digits; 1 by default. The same seed gives the same bytes everywhere.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How many digits are generated to learn from; 60,000 by default.</summary>
    public int GeneratedTrainCount { get; init; } = 60_000;

    /// <summary>How many digits are generated to test on; 10,000 by default.</summary>
    public int GeneratedTestCount { get; init; } = 10_000;

    /// <summary>Told of each block that a download receives; null by default.</summary>
    public IProgress<DigitDownloadProgress>? Progress { get; init; }

    /// <summary>
    /// Where downloads are kept; by default <c>onnxdigits/mnist</c> in <c>XDG_CACHE_HOME</c>, or in the user's local
    /// application data.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Addresses of folders that hold the four .gz files, tried in order; public mirrors by default.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = MnistMirrors.All;

    /// <summary>What sends the requests; null, the default, for a real connection. It is not disposed.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>Reads environment variables; the process's by default.</summary>
    public Func<string, string?> GetEnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The files and their digests; tests serve small ones of their own.</summary>
    internal IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.All;
}
