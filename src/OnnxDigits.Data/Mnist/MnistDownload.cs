using Shared;

namespace OnnxDigits.Data.Mnist;

/// <summary>Downloads the files that a cache folder lacks, one after the other.</summary>
internal sealed class MnistDownload(string folder, HttpClient client, IProgress<DigitDownloadProgress>? progress)
{
    private const int BlockSize = 1 << 16;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Downloads the missing and the damaged files. Does nothing if all four are valid.</summary>
    /// <exception cref="DigitDataException">A file is missing and cannot be downloaded.</exception>
    public static async Task CompleteAsync(string folder, DigitDataOptions options, CancellationToken cancellationToken)
    {
        try
        {
            MnistFile[] missing = [.. options.Files.Where(file => !MnistFolder.Holds(folder, file))];
            if (missing.Length == 0) return;
            if (!options.AllowDownload)
            {
                throw new DigitDataException($"'{folder}' does not hold MNIST and downloading is turned off: {Advice}");
            }

            Directory.CreateDirectory(folder);
            using HttpClient client = CreateClient(options);
            var download = new MnistDownload(folder, client, options.Progress);
            var mirrors = new Queue<Uri>(options.Mirrors);
            foreach (MnistFile file in missing)
            {
                await download.FetchAsync(file, mirrors, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitDataException($"MNIST cannot be stored in '{folder}' ({e.Message}): {Advice}", e);
        }
    }

    private static string Advice =>
        $"name a folder with MNIST's files by --data or {DigitDataSource.EnvironmentVariable}.";

    private static HttpClient CreateClient(DigitDataOptions options) => options.HttpHandler is { } handler
        ? new HttpClient(handler, disposeHandler: false)
        : new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout }) { Timeout = StallTimeout };

    // A mirror that fails is dropped for the remaining files too, so being offline costs one round of attempts.
    private async Task FetchAsync(MnistFile file, Queue<Uri> mirrors, CancellationToken cancellationToken)
    {
        var failures = new List<(string Host, string Reason)>();
        while (mirrors.TryPeek(out Uri? mirror))
        {
            if (await TryFetchAsync(file, mirror, cancellationToken).ConfigureAwait(false) is not { } reason) return;
            failures.Add((mirror.Host, reason));
            mirrors.Dequeue();
        }

        string summary = failures.Select(failure => failure.Reason).Distinct().ToArray() is [var same]
            ? $"every mirror: {same}"
            : string.Join("; ", failures.Select(failure => $"{failure.Host}: {failure.Reason}"));
        throw new DigitDataException($"{file.Name} cannot be downloaded ({summary}): {Advice}");
    }

    /// <returns><see langword="null"/> if the file was stored, otherwise the reason.</returns>
    private async Task<string?> TryFetchAsync(MnistFile file, Uri mirror, CancellationToken cancellationToken)
    {
        string name = file.Name + ".gz";
        try
        {
            using MemoryStream content = await ReceiveAsync(name, mirror, cancellationToken).ConfigureAwait(false);
            if (IdxFile.Read(content, name).Sha256() != file.Sha256) return "the file has the wrong SHA-256";
            AtomicFile.Write(Path.Combine(folder, name), content.WriteTo);
            return null;
        }
        catch (DigitDataException)
        {
            return "the file is not an IDX file";
        }
        catch (HttpRequestException e)
        {
            return e switch
            {
                { StatusCode: { } status } => $"HTTP {(int)status}",
                { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } =>
                    "not reachable",
                _ => e.Message,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private async Task<MemoryStream> ReceiveAsync(string name, Uri mirror, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(StallTimeout);
        using HttpResponseMessage response = await client
            .GetAsync(new Uri(mirror, name), HttpCompletionOption.ResponseHeadersRead, stall.Token)
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        long? total = response.Content.Headers.ContentLength;
        using Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        var content = new MemoryStream();
        var block = new byte[BlockSize];
        try
        {
            while (await body.ReadAsync(block, stall.Token).ConfigureAwait(false) is > 0 and int read)
            {
                stall.CancelAfter(StallTimeout);
                content.Write(block, 0, read);
                progress?.Report(new DigitDownloadProgress(name, content.Length, total, mirror));
            }
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection was interrupted", e);
        }
        content.Position = 0;
        return content.Length < total
            ? throw new HttpRequestException(
                HttpRequestError.ResponseEnded, $"the connection ended after {content.Length} of {total} bytes")
            : content;
    }
}
