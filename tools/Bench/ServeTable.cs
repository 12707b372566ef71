using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Grpc.Net.Client;
using OnnxDigits.Server.Protocol.Grpc;
using OnnxDigits.Tools.Shared;
using SkiaSharp;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// Measures the start of the server, and its speed in a closed loop: each caller sends its next request when it has the
/// answer. The server has one core, and the callers another. REST is measured with wrk, gRPC with h2load.
/// </summary>
internal static class ServeTable
{
    private const int ServerCore = 0, ClientCore = 1, BareBatch = 64, Port = 18080, GrpcPort = 18081, Starts = 9;

    private static readonly string[] Addresses =
        ["--host", "127.0.0.1", "--port", $"{Port}", "--grpc-port", $"{GrpcPort}"];

    private static readonly int[] Callers = [1, 16, 64, 256];

    /// <param name="program">The published digit-server.</param>
    /// <param name="model">The embedded network.</param>
    /// <param name="modelPath">The file of the network, for the bare runtime.</param>
    /// <param name="seconds">The time of each measurement.</param>
    public static async Task PrintAsync(string program, string model, string modelPath, int seconds)
    {
        var starts = new List<double>();
        for (int i = 0; i < Starts; i++) starts.Add(await MeasureStartAsync(program));
        starts.Sort();
        Console.WriteLine($"From start to the first answer to a PNG file, {Starts} times: median "
            + $"{starts[Starts / 2]:0.00} s, {starts[0]:0.00} to {starts[^1]:0.00} s");
        double bare = MeasureBare(modelPath, seconds);
        Console.WriteLine($"ONNX Runtime alone, batches of {BareBatch} on one core: {bare:N0} images/s\n");
        string folder = Directory.CreateTempSubdirectory("serve-").FullName;
        using var server = Start("taskset",
        [
            "-c", $"{ServerCore}", program, .. Addresses, "--digits", model, "--workers", "1", "--queue-length", "1024",
        ]);
        try
        {
            await WaitAsync(client => client.GetAsync("/v2/health/ready"));
            var rows = new List<string[]>();
            foreach (var (name, path, body, headers) in Requests(model))
            {
                string script = WriteScript(folder, body, headers);
                foreach (int callers in Callers)
                {
                    Run("taskset", Wrk(callers, 1, script, path));
                    rows.Add(Row(name, callers, Parse(Run("taskset", Wrk(callers, seconds, script, path))), bare));
                }
            }
            foreach (var (name, method, body) in await GrpcRequestsAsync(model))
            {
                File.WriteAllBytes(Path.Combine(folder, "body"), body);
                foreach (int callers in Callers)
                {
                    rows.Add(Row(name, callers, MeasureGrpc(folder, method, callers, seconds), bare));
                }
            }
            string[] head =
                ["request", "callers", "requests/s", "p50 ms", "p95 ms", "p99 ms", "of ONNX Runtime", "errors"];
            Console.Write(MarkdownTable.Format(head, rows));
        }
        finally
        {
            server.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, string Path, byte[] Body, Dictionary<string, string> Headers)> Requests(
        string model)
    {
        yield return ("GET, health", "/v2/health/live", [], []);

        float[] image = DigitInputs.Floats(1);
        string start = """{ "inputs": [{ "name": "input", "shape": [1, 1, 28, 28], "datatype": "FP32", """;
        string json = $$"""{{start}} "data": [{{string.Join(", ", image)}}] }] }""";
        yield return ("REST, JSON", $"/v2/models/{model}/infer", Encoding.UTF8.GetBytes(json), []);

        byte[] data = MemoryMarshal.AsBytes<float>(image).ToArray();
        string header = $$"""
            {{start}} "parameters": { "binary_data_size": {{data.Length}} } }],
              "parameters": { "binary_data_output": true } }
            """;
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        yield return ("REST, binary", $"/v2/models/{model}/infer", [.. bytes, .. data],
            new() { ["Inference-Header-Content-Length"] = $"{bytes.Length}" });

        yield return ("PNG file", "/digits", Png(), []);
    }

    private static byte[] Png()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque));
        DigitInputs.Bytes(1).CopyTo(bitmap.GetPixelSpan());
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static async Task<double> MeasureStartAsync(string program)
    {
        using var picture = new ByteArrayContent(Png());
        var watch = Stopwatch.StartNew();
        using var server = Start(program, Addresses);
        await WaitAsync(client => client.PostAsync("/digits", picture));
        double seconds = watch.Elapsed.TotalSeconds;
        server.Kill();
        await server.WaitForExitAsync();
        return seconds;
    }

    private static double MeasureBare(string modelPath, int seconds)
    {
        Pin(ServerCore);
        using var bare = new BareRuntime(modelPath, BareBatch);
        for (int i = 0; i < 20; i++) bare.Run();
        var watch = Stopwatch.StartNew();
        int runs = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; runs++) bare.Run();
        return runs * BareBatch / watch.Elapsed.TotalSeconds;
    }

    // The second call shows what the transport costs: it reads the same bytes as unknown fields, and does nothing.
    private static async Task<(string Name, string Method, byte[] Body)[]> GrpcRequestsAsync(string model)
    {
        var request = new ModelInferRequest
        {
            ModelName = model,
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor
                {
                    Name = "input",
                    Datatype = "FP32",
                    Shape = { 1, 1, 28, 28 },
                },
            },
            RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(DigitInputs.Floats(1))) },
        };
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{GrpcPort}");
        // h2load doesn't read the status of a call, so a call that fails must fail here.
        await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(request);
        byte[] message = request.ToByteArray();
        byte[] body = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        return [("gRPC, ModelInfer", "ModelInfer", body), ("gRPC, ServerLive", "ServerLive", body)];
    }

    // The callers share a connection, as those of a gRPC channel do.
    private static Measurement MeasureGrpc(string folder, string method, int callers, int seconds)
    {
        string log = Path.Combine(folder, "log");
        File.Delete(log);
        Run("taskset",
        [
            "-c", $"{ClientCore}", "h2load", "-c1", $"-m{callers}", $"-D{seconds}", "--warm-up-time=1",
            "-H", "content-type: application/grpc", "-H", "te: trailers", "-d", Path.Combine(folder, "body"),
            $"--log-file={log}", $"http://127.0.0.1:{GrpcPort}/inference.GRPCInferenceService/{method}",
        ]);
        // A line has the time of the start, the status and the duration in microseconds.
        string[][] calls = [.. File.ReadLines(log).Select(line => line.Split('\t'))];
        double[] times = [.. calls.Select(call => double.Parse(call[2], CultureInfo.InvariantCulture) / 1e3).Order()];
        double At(double share) => times[Math.Min(times.Length - 1, (int)(share * times.Length))];
        int errors = calls.Count(call => call[1] != "200");
        return new((double)times.Length / seconds, At(0.5), At(0.95), At(0.99), errors);
    }

    private static string[] Row(string name, int callers, Measurement measured, double bare) =>
    [
        name, $"{callers}", $"{measured.Rate:N0}", $"{measured.P50:0.00}", $"{measured.P95:0.00}",
        $"{measured.P99:0.00}", $"{measured.Rate / bare:0.00}", $"{measured.Errors}",
    ];

    private static string WriteScript(string folder, byte[] body, Dictionary<string, string> headers)
    {
        string file = Path.Combine(folder, "body"), script = Path.Combine(folder, "script.lua");
        File.WriteAllBytes(file, body);
        string set = string.Concat(headers.Select(header => $"wrk.headers['{header.Key}'] = '{header.Value}'\n"));
        File.WriteAllText(script, $$"""
            wrk.method = '{{(body is [] ? "GET" : "POST")}}'
            wrk.body = io.open('{{file}}', 'rb'):read('*a')
            {{set}}
            function done(summary, latency)
              local failed = summary.errors
              local errors = failed.connect + failed.read + failed.status + failed.timeout
              print(string.format('RESULT %d %d %d %d %d %d', summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(95), latency:percentile(99), errors))
            end
            """);
        return script;
    }

    private static string[] Wrk(int callers, int seconds, string script, string path) =>
    [
        "-c", $"{ClientCore}", "wrk", "-t1", $"-c{callers}", $"-d{seconds}s", "-s", script,
        $"http://127.0.0.1:{Port}{path}",
    ];

    private static Measurement Parse(string output)
    {
        double[] values = [.. output.Split('\n').Single(line => line.StartsWith("RESULT", StringComparison.Ordinal))
            .Split(' ').Skip(1).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return new(values[0] / values[1] * 1e6, values[2] / 1e3, values[3] / 1e3, values[4] / 1e3, (int)values[5]);
    }

    private static async Task WaitAsync(Func<HttpClient, Task<HttpResponseMessage>> ask)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        for (int attempt = 0; attempt < 2000; attempt++)
        {
            try
            {
                (await ask(client)).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10);
            }
        }
        throw new InvalidOperationException("The server doesn't answer. Start it by hand first.");
    }

    private static string Run(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed: {output}");
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    private static void Pin(int core)
    {
        if (OperatingSystem.IsLinux()) Process.GetCurrentProcess().ProcessorAffinity = 1 << core;
    }

    private sealed record Measurement(double Rate, double P50, double P95, double P99, int Errors);
}
