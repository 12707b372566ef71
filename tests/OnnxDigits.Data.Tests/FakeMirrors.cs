using System.Net;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data.Tests;

/// <summary>Serves a small generated data set from memory, or fails as mirrors do, and records the requests.</summary>
internal sealed class FakeMirrors : HttpMessageHandler
{
    private readonly Dictionary<string, byte[]> _packed = [];

    public FakeMirrors()
    {
        DigitDataSet set = DigitGenerator.CreateDataSet(seed: 3, trainCount: 40, testCount: 20);
        Files =
        [
            .. MnistFile.All.Zip(
                MnistFile.Encode(set.Train, set.Test),
                (file, array) =>
                {
                    using var packed = new MemoryStream();
                    array.Write(packed, gzip: true);
                    _packed[file.Name + ".gz"] = packed.ToArray();
                    return file with { Sha256 = array.Sha256() };
                }),
        ];
        Sha256 = set.Sha256;
    }

    public IReadOnlyList<MnistFile> Files { get; }

    public string Sha256 { get; }

    /// <summary>Gets the response of a mirror, by host. The default is <see cref="Serve"/>.</summary>
    public Dictionary<string, Func<byte[], HttpResponseMessage>> Behaviour { get; } = [];

    /// <summary>Gets the host and file of each request.</summary>
    public List<(string Host, string File)> Requests { get; } = [];

    public byte[] Packed(int file) => _packed[Files[file].Name + ".gz"];

    public static HttpResponseMessage Serve(byte[] content) =>
        new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

    /// <summary>Announces the whole file and ends after some bytes.</summary>
    public static HttpResponseMessage Cut(byte[] content, int after)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StreamContent(new MemoryStream(content[..after])),
        };
        response.Content.Headers.ContentLength = content.Length;
        return response;
    }

    public static HttpResponseMessage Refuse(byte[] content) =>
        throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host");

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Uri address = request.RequestUri!;
        string file = address.Segments[^1];
        Requests.Add((address.Host, file));
        return Task.FromResult(Behaviour.GetValueOrDefault(address.Host, Serve)(_packed[file]));
    }
}
