using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace OnnxDigits.Server.Tests;

/// <summary>Tests the limits of the server and what it refuses by default.</summary>
public sealed class LimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OverALimit_IsRefusedByItsName()
    {
        await using var server = await TestServer.StartAsync(
            "MaxBody=20000", "MaxImages=2", "MaxPixels=2000", "MaxElements=100");

        Assert.Contains("larger than this server", await PostAsync(
            server, "/digits", new ByteArrayContent(new byte[30_000]), HttpStatusCode.RequestEntityTooLarge));
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new byte[10_000_000]);
        }
        var packed = new ByteArrayContent(bomb.ToArray()[..15_000]) { Headers = { ContentEncoding = { "gzip" } } };
        await PostAsync(server, "/digits", packed, HttpStatusCode.RequestEntityTooLarge);
        var form = new MultipartFormDataContent();
        for (int i = 0; i < 3; i++) form.Add(new ByteArrayContent(Pictures.Of(1)), "f", "f.png");
        Assert.Contains("at most 2", await PostAsync(server, "/digits", form, HttpStatusCode.RequestEntityTooLarge));
        Assert.Contains("pixels", await PostAsync(
            server, "/digits", new ByteArrayContent(Pictures.Blank(100)), HttpStatusCode.BadRequest));
        Assert.Contains("more than 100 elements", await server.RefuseAsync(
            "same-int32", """{ "inputs": [{ "name": "x", "shape": [1, 101], "datatype": "INT32", "data": [] }] }""",
            HttpStatusCode.RequestEntityTooLarge));
        string deep = $"{new string('[', 17)}{new string(']', 17)}";
        await server.RefuseAsync(
            "same-int32", $$"""{ "inputs": [{ "name": "x", "shape": [1], "datatype": "INT32", "data": {{deep}} }] }""");
        using var headers = new HttpRequestMessage(HttpMethod.Get, "/v2");
        headers.Headers.Add("X-Long", new string('a', 20_000));
        using var answer = await server.Http.SendAsync(headers, Cancellation);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Run_LongerThanTheLimit_IsEndedAndOthersGoOn()
    {
        await using var server = await TestServer.StartAsync("RunTimeout=0.2", "Workers=1");
        Assert.Contains("longer than 0.2 s", await server.RefuseAsync(
            "loop", Loop(long.MaxValue), HttpStatusCode.GatewayTimeout));
        Assert.Equal("[3]", (await server.InferAsync("loop", Loop(3))).Data("count"));
    }

    [Fact]
    public async Task Request_LongerThanTheLimit_IsAnsweredWith504()
    {
        await using var server = await TestServer.StartAsync("RunTimeout=2", "RequestTimeout=0.3", "Workers=1");
        Assert.Contains("time limit", await server.RefuseAsync(
            "loop", Loop(long.MaxValue), HttpStatusCode.GatewayTimeout));
    }

    [Fact]
    public async Task Queue_Full_IsRefusedWith429AndRetryAfter()
    {
        await using var server = await TestServer.StartAsync("RunTimeout=1", "QueueLength=1", "Workers=1");
        // One request runs, one waits, and the others are refused.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.Http.PostAsync(
            "/v2/models/loop/infer", new StringContent(Loop(long.MaxValue)), Cancellation)));
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests), 1, 3);
        Assert.All(
            answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests),
            answer => Assert.Equal("1", answer.Headers.RetryAfter?.ToString()));
    }

    [Fact]
    public async Task Decoders_Busy_RefuseWith429AndRetryAfter()
    {
        await using var server = await TestServer.StartAsync("Decoders=1", "QueueLength=1");
        byte[] large = Pictures.Blank(4000);
        // One picture is decoded, one waits, and the others are refused.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Http.PostAsync(
            "/digits", new ByteArrayContent(large), Cancellation)));
        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        Assert.InRange(refused.Length, 1, 6);
        Assert.All(refused, answer => Assert.Equal("1", answer.Headers.RetryAfter?.ToString()));
        Assert.All(answers.Except(refused), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task ApiKey_Set_IsNeededExceptForHealth()
    {
        await using var server = await TestServer.StartAsync("ApiKey=a-key-of-16-chars");
        await server.GetAsync("/v2/health/ready", "ready_server_response");
        await server.GetAsync("/v2", "error_response", HttpStatusCode.Unauthorized);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-key-of-16-charz");
        await server.GetAsync("/metrics", "error_response", HttpStatusCode.Unauthorized);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-key-of-16-chars");
        await server.GetAsync("/v2", "metadata_server_response");

        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Grpc.ServerMetadataAsync(new(), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        var key = new Metadata { { "Authorization", "Bearer a-key-of-16-chars" } };
        await server.Grpc.ServerMetadataAsync(new(), key, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Refusal_OfAKeyOrMethod_HasTheHeaderThatHttpRequires()
    {
        await using var server = await TestServer.StartAsync("ApiKey=a-key-of-16-chars");
        using var withoutKey = await server.Http.GetAsync("/v2", Cancellation);
        Assert.Equal("Bearer", withoutKey.Headers.WwwAuthenticate.ToString());
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-key-of-16-chars");
        using var otherMethod = await server.Http.GetAsync("/digits", Cancellation);
        Assert.Equal(["POST"], otherMethod.Content.Headers.Allow);
        Assert.Contains("The path doesn't support", await otherMethod.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("/digits")]
    [InlineData("/v2/models/best/infer")]
    public async Task Body_CompressedWithBrotli_IsRefused(string path)
    {
        await using var server = await TestServer.StartAsync();
        var body = new ByteArrayContent([1, 2, 3, 4]) { Headers = { ContentEncoding = { "br" } } };
        Assert.Contains("gzip or deflate", await PostAsync(server, path, body, HttpStatusCode.UnsupportedMediaType));
    }

    [Fact]
    public async Task Query_NoBoolean_IsRefusedAsAParameter()
    {
        await using var server = await TestServer.StartAsync();
        var body = new ByteArrayContent(Pictures.Of(7));
        Assert.Contains("query", await PostAsync(server, "/digits?all=maybe", body, HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("/v2/models/<script>")]
    [InlineData("/v2/models/best/versions/<script>")]
    [InlineData("/<script>?q=<script>")]
    public async Task Error_ForAnyPath_DoesNotRepeatIt(string path)
    {
        await using var server = await TestServer.StartAsync();
        var error = await server.GetAsync(path, "error_response", HttpStatusCode.NotFound);
        Assert.DoesNotContain("script", error.GetRawText());
    }

    [Theory]
    [InlineData("POST /digits HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("POST /v2/models/best/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /digits HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001f\u008b")]
    public async Task Request_Malformed_IsRefusedAndTheServerGoesOn(string request)
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        Assert.Matches("^HTTP/1.1 (4|505)", await reader.ReadLineAsync(Cancellation));
        await server.GetAsync("/v2/health/ready", "ready_server_response");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/best")]
    [InlineData("/v2/models/none")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/digits")]
    public async Task Head_AnyPath_IsAnsweredLikeGetWithoutABody(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var get = await server.Http.GetAsync(path, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await server.Http.SendAsync(request, Cancellation);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Request_FromAnotherOrigin_GetsNoCorsHeaders()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v2");
        request.Headers.Add("Origin", "https://example.org");
        request.Headers.Add("Access-Control-Request-Method", "GET");
        using var answer = await server.Http.SendAsync(request, Cancellation);
        Assert.DoesNotContain("Access-Control", answer.Headers.ToString());
    }

    [Fact]
    public async Task Tls_EndpointsOfKestrel_ReplaceTheAddresses()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx), Cancellation);
        await using var app = DigitServer.Create(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "None",
            ["Kestrel:Endpoints:Rest:Url"] = "https://127.0.0.1:0",
            ["Kestrel:Endpoints:Rest:Certificate:Path"] = file,
        });
        await app.StartAsync(Cancellation);
        File.Delete(file);
        using var client = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, presented, _, _) => presented!.Equals(certificate),
        });
        Assert.StartsWith("https://127.0.0.1:", app.Urls.Single());
        Assert.Contains("true", await client.GetStringAsync($"{app.Urls.Single()}/v2/health/ready", Cancellation));
        await app.StopAsync(Cancellation);
    }

    private static string Loop(long count) =>
        $$"""{ "inputs": [{ "name": "n", "shape": [], "datatype": "INT64", "data": [{{count}}] }] }""";

    private static async Task<string> PostAsync(
        TestServer server, string path, HttpContent body, HttpStatusCode status)
    {
        using var answer = await server.Http.PostAsync(path, body, Cancellation);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        return text;
    }
}
