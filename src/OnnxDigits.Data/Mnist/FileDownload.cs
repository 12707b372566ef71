using System.Net;
using System.Net.Http.Headers;
using Shared;

namespace OnnxDigits.Data.Mnist;

/// <summary>
/// One file from one mirror: into <c>.part</c>, resumed where an attempt was cut, under its name when it is right.
/// </summary>
internal sealed class FileDownload(
    HttpClient client, Uri mirror, MnistFile file, string folder, IProgress<DigitDownloadProgress>? progress)
{
    private const int Attempts = 3;
    private const int BlockSize = 1 << 16;
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);
    private readonly string _name = file.Name + ".gz";
    private readonly string _part = Path.Combine(folder, file.Name + ".gz.part");

    /// <returns>Null when the file is there, else why not.</returns>
    public async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        string? reason = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var resumed = File.Exists(_part);
            try
            {
                await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                // A status or a refused connection will not change within the second; a cut body may.
                reason = Reason(e);
                if (e.HttpRequestError != HttpRequestError.ResponseEnded)
                    return reason;
                continue;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return "no answer in time";
            }

            reason = Check();
            if (reason is null)
                return null;
            File.Delete(_part);
            // The start may have come from elsewhere; a file wholly from here will not become right.
            if (!resumed)
                return reason;
        }

        return reason;
    }

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        _ when e.StatusCode is { } status => $"HTTP {(int)status}",
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => "not reachable",
        _ => e.Message,
    };

    private string? Check()
    {
        try
        {
            // What was found right is what is kept: another process may write to the part, for not all systems and programs lock it.
            byte[] received = File.ReadAllBytes(_part);
            if (DataSetDigest.DigestOf(IdxFile.Read(new MemoryStream(received), _part)) != file.Sha256)
                return "the file has the wrong SHA-256";
            AtomicFile.Write(Path.Combine(folder, _name), stream => stream.Write(received));
        }
        catch (IdxFormatException e)
        {
            return $"the file is unsound ({e.Error})";
        }
        catch (FileNotFoundException)
        {
            return "another process took the file away";
        }

        File.Delete(_part);
        return null;
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var content = new FileStream(_part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(mirror, _name));
        if (content.Length > 0)
            request.Headers.Range = new RangeHeaderValue(content.Length, null);

        using var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        // The part is already whole, or longer than the file: the check that follows tells which.
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return;
        response.EnsureSuccessStatusCode();
        // Without a range header the answer is the whole file, whatever was asked.
        if (response.Content.Headers.ContentRange?.From != content.Length)
            content.SetLength(0);
        content.Seek(0, SeekOrigin.End);

        var total = content.Length + response.Content.Headers.ContentLength;
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await CopyAsync(body, content, total, cancellationToken).ConfigureAwait(false);
        if (content.Length < total)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded,
                $"the connection ended after {content.Length} of {total} bytes");
        }
    }

    private async Task CopyAsync(Stream body, FileStream content, long? total, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var block = new byte[BlockSize];
        while (true)
        {
            stall.CancelAfter(StallTimeout);
            var read = await ReadAsync(body, block, stall.Token).ConfigureAwait(false);
            if (read == 0)
                return;
            content.Write(block, 0, read);
            progress?.Report(new DigitDownloadProgress(_name, content.Length, total, mirror));
        }
    }

    // A body that breaks off is the network's failure; an IOException from the file would be the disk's.
    private static async Task<int> ReadAsync(Stream body, byte[] block, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(block, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded,
                $"the connection broke off ({e.Message})", e);
        }
    }
}
