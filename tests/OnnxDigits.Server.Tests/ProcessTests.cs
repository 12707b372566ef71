using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Server.Tests;

/// <summary>Runs the command as a process.</summary>
public sealed class ProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_Options_AreThoseOfThePage()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        string page = await File.ReadAllTextAsync(ServerProcess.PathOf("docs/server.md"), Cancellation);
        var options = output.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal))
            .Select(word => word.TrimEnd('.', '\n')).ToHashSet();
        Assert.All(options.Except(["--help", "--version"]), option => Assert.Contains($"`{option}", page));
    }

    [Theory]
    [InlineData(2, "there is no option '--modle'. Did you mean '--model'?", "--modle", "x")]
    [InlineData(2, "--model needs NAME=FILE, not 'iris'.", "--model", "iris")]
    [InlineData(2, "The option Port must be between 0 and 65535.", "--port", "70000")]
    [InlineData(2, "The option Port needs a whole number, not 'many'.", "--port", "many")]
    [InlineData(2, "The option Port needs a whole number, not '99999999999'.", "--port", "99999999999")]
    [InlineData(2, "The option Threshold needs a number, not 'high'.", "--threshold", "high")]
    [InlineData(2, "--port and --grpc-port are both 9000.", "--port", "9000", "--grpc-port", "9000")]
    [InlineData(2, "The option ApiKey must have at least 16 characters.", "--api-key", "short")]
    [InlineData(2, "--host needs localhost, an IP address or *, not 'example'.", "--host", "example")]
    [InlineData(3, "The model 'iris' can't be read: 'iris.onnx' isn't a file.", "--model", "iris=iris.onnx")]
    [InlineData(3, "The model name 'best' is taken.", "--model", "best=iris.onnx")]
    [InlineData(3, "The model name 'a b' is invalid.", "--model", "a b=iris.onnx")]
    [InlineData(3, "--batched names 'iris', but there is no --model of this name.", "--batched", "iris")]
    [InlineData(3, "The model 'x' can't be opened: 'MODEL' isn't an ONNX file.", "--model", "x=MODEL")]
    [InlineData(3, "The model 'nowhere.onnx' cannot be read: the file does not exist.", "--digits", "nowhere.onnx")]
    [InlineData(1, "", "health", "--port", "9")]
    public async Task Start_Mistake_GivesTheCodeAndOneSentence(int code, string sentence, params string[] arguments)
    {
        string model = Path.GetTempFileName();
        await File.WriteAllTextAsync(model, "no model", Cancellation);
        string[] named = [.. arguments.Select(argument => argument.Replace("MODEL", model))];
        var (actual, output, error) = await RunAsync(named);
        File.Delete(model);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(sentence.Replace("MODEL", model), error);
        Assert.InRange(error.Count(letter => letter == '\n'), 0, 1);
    }

    [Theory]
    [InlineData("""{ "OnnxDigits": { "MaxImages": 1 }""", "appsettings.json'")]
    [InlineData("""{ "OnnxDigits": { "MaxImage": 1 } }""", "there is no setting 'MaxImage'. Did you mean 'MaxImages'?")]
    public async Task Start_MistakeInTheFile_GivesTheCodeAndOneSentence(string settings, string sentence)
    {
        string folder = Directory.CreateTempSubdirectory("server-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings, Cancellation);
        var start = ServerProcess.Describe(["--port", "0"]);
        start.WorkingDirectory = folder;
        var (code, output, error) = await RunAsync(start);
        Directory.Delete(folder, recursive: true);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(sentence, error);
        Assert.Equal(1, error.Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task Start_Ready_NamesTheAddresses()
    {
        await using var server = await ServerProcess.StartAsync();
        string line = $"digit-server: listening on http://127.0.0.1:{server.Http.BaseAddress!.Port} and "
            + $"http://127.0.0.1:{server.GrpcPort}. Ctrl-C stops it.";
        while (!server.Errors.Contains(line)) await Task.Delay(10, Cancellation);
    }

    [Fact]
    public async Task Sigterm_WhileARequestRuns_FinishesItAndRefusesNewOnes()
    {
        if (OperatingSystem.IsWindows()) return;
        using var models = new TestModels();
        await using var server = await ServerProcess.StartAsync(
            "--model", $"loop={models.Files["loop"]}", "--run-timeout", "3");
        using var body = new StringContent(
            $$"""{ "inputs": [{ "name": "n", "shape": [], "datatype": "INT64", "data": [{{long.MaxValue}}] }] }""");
        var running = server.Http.PostAsync("/v2/models/loop/infer", body, Cancellation);
        string started = "queue_duration_seconds_count{otel_scope_name=\"OnnxDigits.Server\",model=\"loop\"} 1";
        while (!(await server.Http.GetStringAsync("/metrics", Cancellation)).Contains(started))
        {
            await Task.Delay(100, Cancellation);
        }
        server.Terminate();

        // Readiness turns false while the request runs, and new requests are refused.
        while ((await server.Http.GetAsync("/v2/health/ready", Cancellation)).IsSuccessStatusCode)
        {
            await Task.Delay(20, Cancellation);
        }
        using var seven = new ByteArrayContent(Pictures.Of(7));
        using var refused = await server.Http.PostAsync("/digits", seven, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        // The time limit ends the endless run, with its own answer.
        using var answer = await running;
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal(0, await server.WaitAsync());
    }

    [Fact]
    public async Task Log_OfRequests_HasALineForEachFailedOne()
    {
        await using var server = await ServerProcess.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            using var seven = new ByteArrayContent(Pictures.Of(7));
            (await server.Http.PostAsync("/digits", seven, Cancellation)).EnsureSuccessStatusCode();
            using var noPicture = new ByteArrayContent([1]);
            Assert.False((await server.Http.PostAsync("/digits", noPicture, Cancellation)).IsSuccessStatusCode);
        }
        server.Terminate();
        await server.WaitAsync();

        var lines = server.Output.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.Equal("Warning", line.GetProperty("LogLevel").GetString());
            var values = line.GetProperty("State");
            Assert.Equal(("digits", "digits", 400), (values.GetProperty("Protocol").GetString(),
                values.GetProperty("Model").GetString(), values.GetProperty("Status").GetInt32()));
        });
    }

    [Fact]
    public async Task Metrics_WithACollector_AreSentToIt()
    {
        using var collector = new HttpListener();
        string address = $"http://127.0.0.1:{ServerProcess.FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        await using var server = await ServerProcess.StartAsync([], folder: null, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        });
        using var seven = new ByteArrayContent(Pictures.Of(7));
        (await server.Http.PostAsync("/digits", seven, Cancellation)).EnsureSuccessStatusCode();

        string sent;
        do
        {
            var request = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            Assert.Equal("/v1/metrics", request.Request.Url!.AbsolutePath);
            using var reader = new StreamReader(request.Request.InputStream, Encoding.Latin1);
            sent = await reader.ReadToEndAsync(Cancellation);
            request.Response.Close();
        }
        while (!sent.Contains("onnxdigits.server.request.duration"));
        Assert.Contains("digit-server", sent);
    }

    [Fact]
    public async Task Configuration_FromEnvironmentAndFile_IsOverriddenByTheCommandLine()
    {
        string folder = Directory.CreateTempSubdirectory("server-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "appsettings.json"),
            """{ "OnnxDigits": { "MaxImages": 1, "MaxElements": 1, "Threshold": 1 } }""", Cancellation);
        await using (var server = await ServerProcess.StartAsync(
            ["--threshold", "0"], folder, new() { ["OnnxDigits__MaxElements"] = "784" }))
        {
            using var seven = new ByteArrayContent(Pictures.Of(7));
            using var answer = await server.Http.PostAsync("/digits", seven, Cancellation);
            Assert.Contains("\"status\":\"ok\"", await answer.Content.ReadAsStringAsync(Cancellation));
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent([1]), "a", "a" }, { new ByteArrayContent([1]), "b", "b" },
            };
            using var two = await server.Http.PostAsync("/digits", form, Cancellation);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, two.StatusCode);
            using var large = new StringContent(
                """{ "inputs": [{ "name": "input", "shape": [785], "datatype": "FP32", "data": [1] }] }""");
            using var many = await server.Http.PostAsync("/v2/models/best/infer", large, Cancellation);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
            string port = $"{server.Http.BaseAddress!.Port}";
            var (code, _, _) = await RunAsync("health", "--host", "127.0.0.1", "--port", port);
            Assert.Equal(0, code);
            var (used, output, error) = await RunAsync("--host", "127.0.0.1", "--port", port);
            Assert.Equal((5, ""), (used, output));
            Assert.Contains("address already in use. Choose another --host, --port or --grpc-port.", error);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunAsync(ServerProcess.Describe(arguments));

    private static async Task<(int Code, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await error);
    }
}
