using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Server.Tests;

/// <summary>The binary tensor and classification extensions, and compression.</summary>
public sealed class BinaryTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string LengthHeader = "Inference-Header-Content-Length";

    [Fact]
    public async Task Infer_BinaryInputAndOutput_AnswersBytesAfterTheJson()
    {
        byte[] data = MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6, 7, 8]).ToArray();
        const string Json = """
            { "id": "b", "parameters": { "binary_data_output": true },
              "inputs": [{ "name": "x", "shape": [2, 4], "datatype": "FP32",
                           "parameters": { "binary_data_size": 32 } }] }
            """;
        var (json, bytes) = await PostAsync("sums", Json, data);
        Assert.Equal("b", json.GetProperty("id").GetString());
        var output = json.GetProperty("outputs")[0];
        Assert.False(output.TryGetProperty("data", out _));
        Assert.Equal(8, output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal([10f, 26f], MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    [Fact]
    public async Task Infer_OutputsWithFlags_AnswersEachInItsForm()
    {
        const string Json = """
            { "parameters": { "binary_data_output": true },
              "inputs": [{ "name": "a", "shape": [1], "datatype": "INT32", "parameters": { "binary_data_size": 4 } },
                         { "name": "b", "shape": [1], "datatype": "INT32", "data": [2] }],
              "outputs": [{ "name": "sum", "parameters": { "binary_data": false } }, { "name": "difference" }] }
            """;
        var (json, bytes) = await PostAsync("pair", Json, [5, 0, 0, 0]);
        Assert.Equal("[7]", json.Data("sum"));
        Assert.Equal([3, 0, 0, 0], bytes);
    }

    [Fact]
    public async Task Infer_BytesElements_HaveTheirLengthBeforeThem()
    {
        byte[] data = [2, 0, 0, 0, (byte)'o', (byte)'k', 0, 0, 0, 0];
        const string Json = """
            { "parameters": { "binary_data_output": true },
              "inputs": [{ "name": "x", "shape": [1, 2], "datatype": "BYTES",
                           "parameters": { "binary_data_size": 10 } }] }
            """;
        Assert.Equal(data, (await PostAsync("same-bytes", Json, data)).Bytes);
    }

    [Fact]
    public async Task Infer_RawBody_IsTheOnlyInput()
    {
        using var body = new ByteArrayContent(MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());
        body.Headers.Add(LengthHeader, "0");
        using var answer = await shared.Server.Http.PostAsync(
            "/v2/models/sums/infer", body, TestContext.Current.CancellationToken);
        Assert.Equal("[10]", (await Rest.ReadAsync(answer, "inference_response")).Data("sum"));
    }

    [Theory]
    [InlineData("sums", "x", "FP32", "[1, 4]", 16, 15)]
    [InlineData("sums", "x", "FP32", "[1, 4]", 12, 12)]
    [InlineData("sums", "x", "FP32", "[1, 4]", 16, 20)]
    [InlineData("sums", "x", "FP32", "[1, 4]", -1, 16)]
    [InlineData("same-bytes", "x", "BYTES", "[1, 2]", 8, 8)]
    [InlineData("same-bool", "x", "BOOL", "[1, 1]", 1, 1)]
    public async Task Infer_WrongBinaryData_IsRefused(
        string model, string input, string type, string shape, int declared, int sent)
    {
        string json = $$"""
            { "inputs": [{ "name": "{{input}}", "shape": {{shape}}, "datatype": "{{type}}",
              "parameters": { "binary_data_size": {{declared}} } }] }
            """;
        using var answer = await SendAsync(model, json, Enumerable.Repeat((byte)7, sent).ToArray());
        await Rest.ReadAsync(answer, "error_response", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("100000")]
    [InlineData("5")]
    public async Task Infer_WrongLengthHeader_IsRefused(string length)
    {
        using var body = new ByteArrayContent("""{ "inputs": [] }"""u8.ToArray());
        body.Headers.TryAddWithoutValidation(LengthHeader, length);
        using var answer = await shared.Server.Http.PostAsync(
            "/v2/models/sums/infer", body, TestContext.Current.CancellationToken);
        await Rest.ReadAsync(answer, "error_response", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Infer_Classification_AnswersValueIndexAndLabel()
    {
        string pixels = string.Join(", ", Enumerable.Repeat("0.5", 2 * 784));
        string inputs = $$"""
            [{ "name": "input", "shape": [2, 1, 28, 28], "datatype": "FP32", "data": [{{pixels}}] }]
            """;
        var answer = await shared.Server.InferAsync("conv", $$"""
            { "inputs": {{inputs}}, "outputs": [{ "name": "probabilities", "parameters": { "classification": 3 } }] }
            """);
        var output = answer.GetProperty("outputs")[0];
        Assert.Equal("BYTES", output.GetProperty("datatype").GetString());
        Assert.Equal("[2,3]", output.GetProperty("shape").GetRawText());
        string[][] entries =
            [.. output.GetProperty("data").EnumerateArray().Select(entry => entry.GetString()!.Split(':'))];
        Assert.All(entries, entry => Assert.Equal(entry[1], entry[2]));
        double[] values = [.. entries.Take(3).Select(entry => double.Parse(entry[0]))];
        Assert.Equal(values.OrderDescending(), values);

        answer = await shared.Server.InferAsync("same-int32", """
            { "parameters": { "classification": 5 },
              "inputs": [{ "name": "x", "shape": [1, 3], "datatype": "INT32", "data": [4, 9, -1] }] }
            """);
        Assert.Equal("""["9:1","4:0","-1:2"]""", answer.Data("y"));
    }

    [Theory]
    [InlineData("same-bytes", "BYTES", "[\"a\"]", "1")]
    [InlineData("same-int32", "INT32", "[1]", "0")]
    [InlineData("same-int32", "INT32", "[1]", "\"1\"")]
    public async Task Infer_WrongClassification_IsRefused(string model, string type, string data, string count) =>
        await shared.Server.RefuseAsync(model, $$"""
            { "parameters": { "classification": {{count}} },
              "inputs": [{ "name": "x", "shape": [1, 1], "datatype": "{{type}}", "data": {{data}} }] }
            """);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Infer_Compressed_IsAnsweredCompressed(string coding)
    {
        const string Json = """
            { "inputs": [{ "name": "x", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4] }] }
            """;
        using var packed = new MemoryStream();
        using (Stream stream = coding == "gzip"
            ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(Json));
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/sums/infer");
        request.Content = new ByteArrayContent(packed.ToArray());
        request.Content.Headers.ContentEncoding.Add(coding);
        request.Headers.AcceptEncoding.ParseAdd(coding);
        using var answer = await shared.Server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal([coding], answer.Content.Headers.ContentEncoding);
        using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using Stream unpacked = coding == "gzip"
            ? new GZipStream(body, CompressionMode.Decompress)
            : new ZLibStream(body, CompressionMode.Decompress);
        using var json = await JsonDocument.ParseAsync(unpacked, default, TestContext.Current.CancellationToken);
        Assert.Equal("[10]", json.RootElement.Data("sum"));
    }

    private async Task<(JsonElement Json, byte[] Bytes)> PostAsync(string model, string json, byte[] data)
    {
        using var answer = await SendAsync(model, json, data);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        int length = int.Parse(answer.Headers.GetValues(LengthHeader).Single());
        return (Rest.Check(Encoding.UTF8.GetString(body.AsSpan(0, length)), "inference_response"), body[length..]);
    }

    private async Task<HttpResponseMessage> SendAsync(string model, string json, byte[] data)
    {
        using var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. data]);
        body.Headers.Add(LengthHeader, Encoding.UTF8.GetByteCount(json).ToString());
        return await shared.Server.Http.PostAsync(
            $"/v2/models/{model}/infer", body, TestContext.Current.CancellationToken);
    }
}
