using System.Net;
using System.Net.Http.Headers;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data.Tests;

/// <summary>
/// Mirrors in memory that serve a small generated data set, and the ways in which mirrors fail. Knows what it was
/// asked.
/// </summary>
internal sealed class FakeMirrors : HttpMessageHandler
{
    private readonly Dictionary<string, byte[]> _packed = [];

    public FakeMirrors()
    {
        var set = DigitGenerator.CreateDataSet(seed: 3, trainCount: 40, testCount: 20);
        Files =
        [
            .. MnistFile.All.Zip(
                MnistFile.Arrays(set.Train, set.Test),
                (file, array) =>
                {
                    using var packed = new MemoryStream();
                    array.Write(packed, gzip: true);
                    _packed[file.Name + ".gz"] = packed.ToArray();
                    return file with { Sha256 = DataSetDigest.DigestOf(array) };
                }),
        ];
        Sha256 = set.Sha256;
    }

    public IReadOnlyList<MnistFile> Files { get; }

    public string Sha256 { get; }

    /// <summary>What a mirror does with a request, by its host; serving the file by default.</summary>
    public Dictionary<string, Func<HttpRequestMessage, byte[], HttpResponseMessage>> Behaviour { get; } = [];

    /// <summary>Host, file and first byte of each request.</summary>
    public List<(string Host, string File, long From)> Requests { get; } = [];

    public byte[] Packed(int file) => _packed[Files[file].Name + ".gz"];

    /// <summary>Serves the file, or the rest of it that the request asks for.</summary>
    public static HttpResponseMessage Serve(HttpRequestMessage request, byte[] content)
    {
        var from = From(request);
        if (from == 0)
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
        if (from >= content.Length)
            return new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable);

        var partial = new HttpResponseMessage(HttpStatusCode.PartialContent)
        {
            Content = new ByteArrayContent(content[(int)from..]),
        };
        partial.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, content.Length - 1, content.Length);
        return partial;
    }

    /// <summary>Promises the whole and ends after some bytes.</summary>
    public static HttpResponseMessage Cut(HttpRequestMessage request, byte[] content, int after)
    {
        var response = Serve(request, content);
        var whole = response.Content.Headers.ContentLength;
        var range = response.Content.Headers.ContentRange;
        var from = (int)From(request);
        response.Content = new StreamContent(new MemoryStream(content[from..Math.Min(content.Length, from + after)]));
        response.Content.Headers.ContentLength = whole;
        response.Content.Headers.ContentRange = range;
        return response;
    }

    public static HttpResponseMessage Refuse(HttpRequestMessage request, byte[] content) =>
        throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = request.RequestUri!;
        var file = address.Segments[^1];
        Requests.Add((address.Host, file, From(request)));
        return Task.FromResult(Behaviour.GetValueOrDefault(address.Host, Serve)(request, _packed[file]));
    }

    private static long From(HttpRequestMessage request) => request.Headers.Range?.Ranges.Single().From ?? 0;
}
