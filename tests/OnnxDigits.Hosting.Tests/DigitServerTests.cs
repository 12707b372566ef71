using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace OnnxDigits.Hosting.Tests;

/// <summary>Runs the sample server in this process.</summary>
public sealed class DigitServerTests : IDisposable
{
    private readonly WebApplicationFactory<Program> _server =
        new WebApplicationFactory<Program>().WithWebHostBuilder(
            host => host.ConfigureLogging(logging => logging.ClearProviders()));
    private readonly HttpClient _client;

    public DigitServerTests()
    {
        _server.UseKestrel(port: 0);
        _client = _server.CreateClient();
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Post_SixteenCallers_GetTheSameAnswersInConstantMemory()
    {
        const int Callers = 16;
        const long Slack = 16L << 20;
        byte[][] images = [.. Enumerable.Range(0, 8).Select(BitmapFile.Stroke)];
        string[] expected = [.. await Task.WhenAll(images.Select(Post))];
        Assert.True(expected.Distinct().Count() > 4, "The images should have different answers.");

        await CallFor(seconds: 1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int answers = await CallFor(seconds: 4);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(answers > 2 * Callers, $"{answers} answers");
        Assert.True(grown < Slack, $"{grown} bytes more after {answers} answers");

        async Task<int> CallFor(int seconds)
        {
            var watch = Stopwatch.StartNew();
            var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
            {
                int count = 0;
                for (; watch.Elapsed < TimeSpan.FromSeconds(seconds); count++)
                {
                    int image = (caller + count) % images.Length;
                    Assert.Equal(expected[image], await Post(images[image]));
                }
                return count;
            }));
            return counts.Sum();
        }
    }

    [Fact]
    public async Task Post_Image_IsAnsweredWithTheNamesOfTheRows()
    {
        using var answer = JsonDocument.Parse(await Post(BitmapFile.Stroke(1)));
        Assert.Equal(
            ["digit", "confidence", .. Enumerable.Range(0, 10).Select(digit => $"p{digit}"), "status", "schema"],
            answer.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Contains(answer.RootElement.GetProperty("status").GetString(), (string[])["ok", "uncertain"]);
        int digit = answer.RootElement.GetProperty("digit").GetInt32();
        float probability = answer.RootElement.GetProperty($"p{digit}").GetSingle();
        Assert.Equal(answer.RootElement.GetProperty("confidence").GetSingle(), probability);
    }

    [Fact]
    public async Task Post_NotAnImage_IsABadRequestWithTheReason()
    {
        using var content = new ByteArrayContent("text"u8.ToArray());
        using var answer = await _client.PostAsync("/digits", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Contains("is not an image", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Get_Model_DescribesIt()
    {
        var info = await _client.GetFromJsonAsync<JsonElement>("/model", TestContext.Current.CancellationToken);
        Assert.Equal("best.onnx", info.GetProperty("model").GetString());
    }

    private async Task<string> Post(byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using var answer = await _client.PostAsync("/digits", content, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
