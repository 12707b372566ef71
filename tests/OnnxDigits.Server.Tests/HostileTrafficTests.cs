using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OnnxDigits.Server.Tests;

/// <summary>
/// Tests a server in another process with 64 callers, half of them hostile. The environment variable
/// ONNXDIGITS_HOSTILE_SECONDS sets the duration of the traffic.
/// </summary>
public sealed class HostileTrafficTests
{
    private const int Callers = 64;
    private const string Tensor = """{"inputs":[{"name":"input","datatype":"FP32",""";

    private static readonly byte[][] Images = [.. Enumerable.Range(0, 10).Select(digit => Pictures.Of(digit))];

    /// <summary>Gets requests that must be refused. Their bodies are sent as they are, with a correct length.</summary>
    private static readonly (string Name, string Target, string Headers, byte[] Body)[] Refused =
    [
        ("form without a boundary", "/digits", "Content-Type: multipart/form-data", "--x"u8.ToArray()),
        ("form that ends early", "/digits", "Content-Type: multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\n12"u8.ToArray()),
        ("header of a header", "/v2/models/conv/infer", "Inference-Header-Content-Length: 999999", "{}"u8.ToArray()),
        ("negative header", "/v2/models/conv/infer", "Inference-Header-Content-Length: -1", "{}"u8.ToArray()),
        ("negative shape", "/v2/models/conv/infer", "", Json(Tensor + "\"shape\":[-1,1,28,28],\"data\":[0]}]}")),
        ("overflowing shape", "/v2/models/conv/infer", "",
            Json(Tensor + "\"shape\":[4294967296,4294967296,28,28],\"data\":[0]}]}")),
        ("huge shape of raw data", "/v2/models/conv/infer", "Inference-Header-Content-Length: 132",
            Json((Tensor + "\"shape\":[9223372036854775807,1,28,28],\"parameters\":{\"binary_data_size\":8}}]}")
                .PadRight(140))),
        ("nested", "/v2/models/conv/infer", "", Json(new string('[', 100_000))),
        ("nested deeply in data", "/v2/models/conv/infer", "",
            Json(Tensor + "\"shape\":[1],\"data\":" + new string('[', 50_000) + new string(']', 50_000) + "}]}")),
        ("truncated gzip", "/v2/models/conv/infer", "Content-Encoding: gzip", Gzip(new byte[10_000])[..20]),
        ("gzip of zeros", "/digits", "Content-Encoding: gzip", Gzip(new byte[64 << 20])),
        ("pixel bomb", "/digits", "", Bomb()),
        ("invalid UTF-8", "/v2/models/conv/infer", "", [0xff, 0xfe, 0xc0, 0x80, (byte)'{']),
        ("invalid base64", "/digits", "Content-Type: application/json",
            Json("""{"images":[{"name":"a","data":"%%%"}]}""")),
        ("no model", "/v2/models/%00%ff/infer", "", "{}"u8.ToArray()),
        ("no picture", "/digits", "", Encoding.ASCII.GetBytes(new string('a', 100_000))),
    ];

    private ServerProcess _server = null!;

    private int Port => _server.Http.BaseAddress!.Port;

    [Fact]
    public async Task Server_UnderHostileTraffic_AnswersOthersAlike()
    {
        await using var server = _server = await ServerProcess.StartAsync();
        string[] expected = await Task.WhenAll(Images.Select(ReadAsync));
        foreach (var (name, target, headers, body) in Refused)
        {
            string answer = await SendAsync(Request(target, headers, body.Length), body);
            Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{name}: {answer}");
        }
        int seconds = int.Parse(
            Environment.GetEnvironmentVariable("ONNXDIGITS_HOSTILE_SECONDS") ?? "6", CultureInfo.InvariantCulture);
        var calm = await TrafficAsync(seconds / 3.0, hostile: 0, expected);
        var first = await TrafficAsync(seconds / 3.0, Callers / 2, expected);
        long before = _server.MeasureMemory();
        var second = await TrafficAsync(seconds / 3.0, Callers / 2, expected);
        long after = _server.MeasureMemory();

        string report = string.Create(CultureInfo.InvariantCulture,
            $"p99 {calm:0.0} ms without and {first:0.0} and {second:0.0} ms with hostile callers; "
                + $"memory {before >> 20} to {after >> 20} MiB");
        TestContext.Current.TestOutputHelper!.WriteLine(report);
        Assert.False(_server.HasExited);
        Assert.Equal(expected, await Task.WhenAll(Images.Select(ReadAsync)));
        Assert.True(after < before + (200L << 20), report);
    }

    /// <summary>Runs the callers, and returns the 99th percentile of the good ones' times in milliseconds.</summary>
    private async Task<double> TrafficAsync(double seconds, int hostile, string[] expected)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var good = Enumerable.Range(0, Callers / 2).Select(caller => Task.Run(async () =>
        {
            var times = new List<double>();
            for (int image = caller % 10; !stop.IsCancellationRequested; image = (image + 1) % 10)
            {
                long start = Stopwatch.GetTimestamp();
                Assert.Equal(expected[image], await ReadAsync(Images[image]));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return times;
        })).ToArray();
        var bad = Enumerable.Range(0, hostile).Select(i => Task.Run(() => AttackAsync(i, stop.Token))).ToArray();
        double[] sorted = [.. (await Task.WhenAll(good)).SelectMany(times => times).Order()];
        await Task.WhenAll(bad);
        return sorted[(int)(0.99 * sorted.Length)];
    }

    private async Task AttackAsync(int caller, CancellationToken stop)
    {
        for (int round = caller; !stop.IsCancellationRequested; round++)
        {
            try
            {
                var (_, target, headers, body) = Refused[round % Refused.Length];
                switch (round % 6)
                {
                    case 0:
                        await DripAsync(Port, Request(target, headers, 1_000_000), stop);
                        break;
                    case 1:
                        await DripAsync(Port, "POST /digits HTTP/1.1\r\nX: "u8.ToArray(), stop);
                        break;
                    case 2:
                        // A longer body than the declared one: the rest is another, invalid request.
                        await SendAsync(Request(target, headers, body.Length / 2), body);
                        break;
                    case 3:
                        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. body.Take(99)];
                        await DripAsync(_server.GrpcPort, preface, stop);
                        break;
                    default:
                        await SendAsync(Request(target, headers, body.Length), body);
                        break;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The server may close such a connection at any time.
            }
        }
    }

    // Sends the start of a request, then a byte at a time.
    private static async Task DripAsync(int port, byte[] start, CancellationToken stop)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        var stream = socket.GetStream();
        await stream.WriteAsync(start, stop);
        for (int i = 0; i < 20; i++)
        {
            await Task.Delay(50, stop);
            await stream.WriteAsync("a"u8.ToArray(), stop);
        }
    }

    private async Task<string> SendAsync(byte[] head, byte[] body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(head);
        try
        {
            await stream.WriteAsync(body);
        }
        catch (IOException)
        {
            // The server answers before it has read all, and closes the connection.
        }
        using var reader = new StreamReader(stream);
        char[] answer = new char[500];
        return new string(answer, 0, await reader.ReadAsync(answer));
    }

    private static byte[] Request(string target, string headers, int length) => Encoding.ASCII.GetBytes(
        $"POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n"
            + $"{headers}{(headers.Length > 0 ? "\r\n" : "")}\r\n");

    private async Task<string> ReadAsync(byte[] image)
    {
        using var body = new ByteArrayContent(image);
        using var answer = await _server.Http.PostAsync("/digits", body);
        string row = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, row);
        return row;
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(byte[] content)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal)) gzip.Write(content);
        return file.ToArray();
    }

    // A picture whose header declares 60,000 × 60,000 pixels.
    private static byte[] Bomb()
    {
        byte[] file = Pictures.Blank(8);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32.HashToUInt32(file.AsSpan(12, 17)));
        return file;
    }
}
