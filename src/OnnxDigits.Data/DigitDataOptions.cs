using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Options of <see cref="DigitDataSource"/>.</summary>
public sealed record DigitDataOptions
{
    /// <summary>
    /// Gets the data set to open: a folder with the four IDX files, gzip-compressed or not; <c>mnist</c> to find or
    /// download MNIST; <c>generated</c> to draw digits. The default, <see langword="null"/>, opens MNIST or, if MNIST
    /// is not available, generates digits. Write <c>./mnist</c> for a folder of that name.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>
    /// Gets a value that indicates whether MNIST may be downloaded. The default is <see langword="true"/>.
    /// </summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>
    /// Gets a value that indicates whether the files of a folder may differ from MNIST's published ones, for instance
    /// for another data set in the same format. The default is <see langword="false"/>.
    /// </summary>
    public bool AllowOtherDigests { get; init; }

    /// <summary>
    /// Gets the seed of generated digits. The default is 1. A seed gives the same bytes on every machine.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>Gets the number of generated training images. The default is 60,000.</summary>
    public int GeneratedTrainCount { get; init; } = 60_000;

    /// <summary>Gets the number of generated test images. The default is 10,000.</summary>
    public int GeneratedTestCount { get; init; } = 10_000;

    /// <summary>Gets the receiver of download progress. The default is <see langword="null"/>.</summary>
    public IProgress<DigitDownloadProgress>? Progress { get; init; }

    /// <summary>
    /// Gets the folder that keeps downloaded files. The default is <c>onnxdigits/mnist</c> in <c>XDG_CACHE_HOME</c>, or
    /// in the user's local application data.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>
    /// Gets the addresses of folders with the four .gz files, in the order in which they are tried. Each address ends
    /// in a slash. The default is a list of public mirrors. Downloaded files are checked by SHA-256.
    /// </summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = MnistFile.Mirrors;

    internal HttpMessageHandler? HttpHandler { get; init; }

    internal Func<string, string?> GetEnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    internal IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.All;
}

/// <summary>Reports how much of a file has been downloaded.</summary>
/// <param name="File">The file's name, for instance <c>train-images-idx3-ubyte.gz</c>.</param>
/// <param name="Received">The number of bytes received so far.</param>
/// <param name="Total">The file's size in bytes, or <see langword="null"/> if the mirror does not state it.</param>
/// <param name="Mirror">The mirror's address.</param>
public readonly record struct DigitDownloadProgress(string File, long Received, long? Total, Uri Mirror);
