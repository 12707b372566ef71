namespace OnnxDigits.Data.Mnist;

/// <summary>Fetches what a cache folder lacks, file by file and mirror by mirror.</summary>
internal static class MnistDownload
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="DigitDataException">A file is lacking, and cannot be fetched.</exception>
    public static async Task CompleteAsync(string folder, DigitDataOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var missing = options.Files.Where(file => !MnistFolder.Holds(folder, file)).ToArray();
            if (missing.Length == 0)
                return;
            if (!options.AllowDownload)
            {
                throw new DigitDataException(
                    $"MNIST is not in {folder} and downloading is off; name a folder with --data or " +
                        $"{DigitDataSource.EnvironmentVariable}.");
            }

            Directory.CreateDirectory(folder);
            using var client = NewClient(options);
            var mirrors = options.Mirrors.ToList();
            foreach (var file in missing)
            {
                await FetchAsync(client, folder, file, mirrors, options.Progress, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitDataException(
                $"MNIST cannot be kept in {folder} ({e.Message}); name a folder with --data or " +
                    $"{DigitDataSource.EnvironmentVariable}.", e);
        }
    }

    // A mirror that fails is dropped for the files that follow too, so that being offline costs one round of attempts.
    private static async Task FetchAsync(HttpClient client, string folder, MnistFile file, List<Uri> mirrors,
        IProgress<DigitDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var reasons = new List<(string Host, string Reason)>();
        while (mirrors.Count > 0)
        {
            var download = new FileDownload(client, mirrors[0], file, folder, progress);
            if (await download.TryAsync(cancellationToken).ConfigureAwait(false) is not { } reason)
                return;
            reasons.Add((mirrors[0].Host, reason));
            mirrors.RemoveAt(0);
        }

        throw new DigitDataException(
            $"{file.Name} cannot be downloaded ({Summary(reasons)}); name a folder with --data or " +
                $"{DigitDataSource.EnvironmentVariable}.");
    }

    private static string Summary(List<(string Host, string Reason)> failures) =>
        failures.Select(failure => failure.Reason).Distinct().ToArray() is [var same]
            ? $"every mirror: {same}"
            : string.Join("; ", failures.Select(failure => $"{failure.Host}: {failure.Reason}"));

    private static HttpClient NewClient(DigitDataOptions options) =>
        options.HttpHandler is { } handler
            ? new HttpClient(handler, disposeHandler: false)
            : new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout })
            {
                Timeout = 3 * ConnectTimeout,
            };
}
