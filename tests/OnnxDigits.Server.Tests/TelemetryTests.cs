using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OnnxDigits.Server.Protocol.Grpc;

namespace OnnxDigits.Server.Tests;

/// <summary>Tests the metrics of the server.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterRequests_CountThemByModelProtocolAndStatus()
    {
        await using var server = await TestServer.StartAsync();
        await server.InferAsync("sums", """
            { "inputs": [{ "name": "x", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4] }] }
            """);
        await server.RefuseAsync("sums", "{}");
        await server.RefuseAsync("none", "{}", HttpStatusCode.NotFound);
        using var body = new ByteArrayContent(Pictures.Blank(30));
        await server.Http.PostAsync("/digits", body, Cancellation);
        var input = new ModelInferRequest.Types.InferInputTensor
        {
            Name = "x",
            Datatype = "FP32",
            Shape = { 1, 4 },
            Contents = new() { Fp32Contents = { 1, 2, 3, 4 } },
        };
        await server.Grpc.ModelInferAsync(
            new() { ModelName = "sums", Inputs = { input } }, cancellationToken: Cancellation);

        string metrics = await server.Http.GetStringAsync("/metrics", Cancellation);
        const string Requests = "request_duration_seconds_count";
        Assert.Equal(1, Value(metrics, Requests, "sums", "protocol=\"rest\"", "status=\"200\""));
        Assert.Equal(1, Value(metrics, Requests, "sums", "protocol=\"rest\"", "status=\"400\""));
        Assert.Equal(1, Value(metrics, Requests, "sums", "protocol=\"grpc\"", "status=\"200\""));
        Assert.Equal(1, Value(metrics, Requests, "digits", "protocol=\"digits\""));
        Assert.Equal(1, Value(metrics, Requests, "", "status=\"404\""));
        Assert.Equal(2, Value(metrics, "queue_duration_seconds_count", "sums"));
        Assert.Equal(2, Value(metrics, "batch_rows_sum", "sums"));
        Assert.Equal(0, Value(metrics, "pending", "sums"));
        Assert.Equal(1, Value(metrics, "pictures_total", model: null, "status=\"blank\""));
        Assert.DoesNotContain("none", metrics);
    }

    [Fact]
    public async Task OpenApi_Document_NamesEveryPath()
    {
        await using var server = await TestServer.StartAsync();
        string document = await server.Http.GetStringAsync("/openapi/v1.json", Cancellation);
        foreach (string path in (string[])
            ["/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{model}", "/v2/models/{model}/ready",
                "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer", "/digits"])
        {
            Assert.Contains($"\"{path}\": {{", document);
        }
        Assert.Contains("datatype", document);
        var paths = JsonDocument.Parse(document).RootElement.GetProperty("paths");
        foreach (string path in (string[])["/v2/models/{model}/infer", "/digits"])
        {
            var answers = paths.GetProperty(path).GetProperty("post").GetProperty("responses");
            Assert.All(["400", "413", "415", "429", "503"], status => answers.GetProperty(status));
        }
    }

    private static double? Value(string metrics, string name, string? model, params string[] tags)
    {
        string start = $"onnxdigits_server_{name}{{";
        var lines = metrics.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)
            && (model is null || line.Contains($"model=\"{model}\"", StringComparison.Ordinal))
            && tags.All(tag => line.Contains(tag, StringComparison.Ordinal)));
        return lines.SingleOrDefault() is { } found
            ? double.Parse(Regex.Match(found, @"\} (\S+)").Groups[1].Value, CultureInfo.InvariantCulture)
            : null;
    }
}
