using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OnnxDigits.Inference;
using OnnxDigits.Server.Protocol.Grpc;

namespace OnnxDigits.Server.Tests;

/// <summary>All test digits have the answers of <c>infer</c> by each protocol, whatever batch they run in.</summary>
public sealed class EqualityTests : IAsyncDisposable
{
    private const int Callers = 8, PerRequest = 50;

    private readonly string _folder = Directory.CreateTempSubdirectory("digits-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Digits_ByEachProtocol_AreTheRowsOfInfer()
    {
        int count = Pictures.Test.Count;
        byte[][] files = [.. Enumerable.Range(0, count).Select(i => Pictures.Encode(Pictures.Test.Image(i)))];
        for (int i = 0; i < count; i++) await File.WriteAllBytesAsync(PathOf(i), files[i], Cancellation);
        string[] expected = await InferAsync();
        Assert.Equal(count, expected.Length);
        float[][] scores = [.. expected.Select(Scores)];
        await using var server = await TestServer.StartAsync("MaxImages=1000");

        await ForEachAsync(count, async (start, length) =>
        {
            using var form = new MultipartFormDataContent();
            for (int i = start; i < start + length; i++)
            {
                form.Add(new ByteArrayContent(files[i]), "file", Path.GetFileName(PathOf(i)));
            }
            using var answer = await server.Http.PostAsync("/digits", form, Cancellation);
            string[] rows = (await answer.Content.ReadAsStringAsync(Cancellation)).Split('\n')[..^1];
            Assert.Equal(expected.AsSpan(start, length).ToArray(), rows);
        });

        // Uneven numbers of rows, so that the server joins and splits them.
        await ForEachAsync(count, async (start, length) =>
        {
            int rows = 1;
            for (int i = start; i < start + length; i += rows)
            {
                rows = Math.Min(rows % 7 + 1, start + length - i);
                float[] expectedScores = [.. scores[i..(i + rows)].SelectMany(row => row)];
                float[] images = Images(i, rows);
                Assert.Equal(expectedScores, await AskJsonAsync(server, images, rows));
                Assert.Equal(expectedScores, await AskBinaryAsync(server, images, rows));
                Assert.Equal(expectedScores, await AskGrpcAsync(server, images, rows));
            }
        });
    }

    private static async Task<float[]> AskJsonAsync(TestServer server, float[] images, int rows)
    {
        var answer = await server.InferAsync("best", $$"""
            { "inputs": [{ "name": "input", "shape": [{{rows}}, 1, 28, 28], "datatype": "FP32",
              "data": [{{string.Join(',', images)}}] }] }
            """);
        var data = answer.GetProperty("outputs")[0].GetProperty("data");
        return [.. data.EnumerateArray().Select(value => value.GetSingle())];
    }

    private static async Task<float[]> AskBinaryAsync(TestServer server, float[] images, int rows)
    {
        byte[] data = MemoryMarshal.AsBytes<float>(images).ToArray();
        string json = $$"""
            { "parameters": { "binary_data_output": true },
              "inputs": [{ "name": "input", "shape": [{{rows}}, 1, 28, 28], "datatype": "FP32",
                           "parameters": { "binary_data_size": {{data.Length}} } }] }
            """;
        using var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. data]);
        body.Headers.Add("Inference-Header-Content-Length", $"{Encoding.UTF8.GetByteCount(json)}");
        using var answer = await server.Http.PostAsync("/v2/models/best/infer", body, Cancellation);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(bytes.Length - rows * 10 * sizeof(float))).ToArray();
    }

    private static async Task<float[]> AskGrpcAsync(TestServer server, float[] images, int rows)
    {
        var request = new ModelInferRequest
        {
            ModelName = "best",
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor
                {
                    Name = "input",
                    Datatype = "FP32",
                    Shape = { rows, 1, 28, 28 },
                },
            },
            RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(images)) },
        };
        var response = await server.Grpc.ModelInferAsync(request, cancellationToken: Cancellation);
        return MemoryMarshal.Cast<byte, float>(response.RawOutputContents[0].Span).ToArray();
    }

    private static Task ForEachAsync(int count, Func<int, int, Task> ask) => Parallel.ForEachAsync(
        Enumerable.Range(0, (count + PerRequest - 1) / PerRequest),
        new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancellation },
        async (block, _) => await ask(block * PerRequest, Math.Min(PerRequest, count - block * PerRequest)));

    private static float[] Images(int start, int count)
    {
        float[] images = new float[count * DigitClassifier.ImageLength];
        for (int i = 0; i < count; i++)
        {
            var pixels = Pictures.Test.Image(start + i);
            for (int at = 0; at < pixels.Length; at++) images[i * pixels.Length + at] = pixels[at] / 255f;
        }
        return images;
    }

    private static float[] Scores(string row)
    {
        var json = JsonNode.Parse(row)!;
        return [.. Enumerable.Range(0, 10).Select(digit => json[$"p{digit}"]!.GetValue<float>())];
    }

    private string PathOf(int i) => Path.Combine(_folder, $"{i:00000}.png");

    private async Task<string[]> InferAsync()
    {
        string infer = Path.Combine(
            ServerProcess.PathOf("src/OnnxDigits.Cli"), "bin", ServerProcess.Configuration, "net10.0", "infer.dll");
        var start = new ProcessStartInfo("dotnet", [infer, ".", "-f", "jsonl", "-o", "rows.jsonl", "-q"])
        {
            WorkingDirectory = _folder,
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        string[] rows = await File.ReadAllLinesAsync(Path.Combine(_folder, "rows.jsonl"), Cancellation);
        return [.. rows.Select(row => row.Replace("\"path\":\"./", "\"path\":\""))];
    }
}
