using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SkiaSharp;

namespace OnnxDigits.Server.Tests;

/// <summary>Reads pictures by <c>POST /digits</c> and by the model <c>digits</c>.</summary>
public sealed class DigitsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Columns =
    [
        "path", "label", "digit", "confidence", .. Enumerable.Range(0, 10).Select(digit => $"p{digit}"), "status",
        "error", "width", "height", "inverted", "model", "reason", "schema",
    ];

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public async Task Post_ImageBody_AnswersTheRowOfInfer(SKEncodedImageFormat format)
    {
        using var body = new ByteArrayContent(Pictures.Of(7, format));
        var (status, type, rows) = await PostAsync("/digits", body);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/json", type);
        var row = Assert.Single(rows);
        Assert.Equal(Columns, row.EnumerateObject().Select(property => property.Name));
        Assert.Equal(7, row.GetProperty("digit").GetInt32());
        Assert.Equal("ok", row.GetProperty("status").GetString());
        Assert.Equal(28, row.GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Post_Form_AnswersALineForEachFile()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Pictures.Of(3)), "file", "three.png" },
            { new ByteArrayContent("text"u8.ToArray()), "file", "not-a-picture.txt" },
            { new ByteArrayContent(Pictures.Blank(40)), "other", "blank.png" },
        };
        var (status, type, rows) = await PostAsync("/digits", form);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("application/x-ndjson", type);
        Assert.Equal(
            ["three.png 3 ok", "not-a-picture.txt  error", "blank.png  blank"],
            rows.Select(row => $"{row.GetProperty("path")} {row.GetProperty("digit")} {row.GetProperty("status")}"));
        Assert.StartsWith("Cannot read the image: it is not an image", rows[1].GetProperty("error").GetString());
    }

    [Fact]
    public async Task Post_Json_AnswersALineForEachImage()
    {
        string json = $$"""
            { "images": [{ "name": "nine", "data": "{{Convert.ToBase64String(Pictures.Of(9))}}" },
                         { "data": "{{Convert.ToBase64String(Pictures.Of(0))}}" }] }
            """;
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        var (_, _, rows) = await PostAsync("/digits", body);
        Assert.Equal(["nine 9", "- 0"], rows.Select(row => $"{row.GetProperty("path")} {row.GetProperty("digit")}"));
    }

    [Fact]
    public async Task Post_All_AnswersTheDigitsOfThePicture()
    {
        using var body = new ByteArrayContent(Pictures.Page());
        var (_, _, rows) = await PostAsync("/digits?all=true", body);
        string expected = string.Concat(Enumerable.Range(0, 4).Select(i => Pictures.Test.Label(i)));
        Assert.Equal(expected, rows[0].GetProperty("lines")[0].GetString());
        Assert.Equal(4, rows[0].GetProperty("digits").GetArrayLength());
    }

    [Fact]
    public async Task Post_Pixels_AnswersWhatTheNetworkSaw()
    {
        using var body = new ByteArrayContent(Pictures.Encode(Pictures.Test.Image(0)));
        var (_, _, rows) = await PostAsync("/digits?pixels=true", body);
        Assert.Equal(Pictures.Test.Image(0).ToArray(), rows[0].GetProperty("pixels").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("<script>alert(1)</script>", "it is not an image")]
    public async Task Post_NotAnImage_IsABadRequestWithTheReason(string content, string reason)
    {
        using var body = new StringContent(content);
        var (status, type, rows) = await PostAsync("/digits", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("application/json", type);
        Rest.Check(rows[0].GetRawText(), "error_response");
        Assert.Contains(reason, rows[0].GetProperty("error").GetString());
        Assert.DoesNotContain("script", rows[0].GetRawText());
    }

    [Theory]
    [InlineData("application/json", "{ \"images\": [] }")]
    [InlineData("application/json", "{ \"images\": [{ \"data\": \"not base64\" }] }")]
    [InlineData("application/json", "[")]
    [InlineData("multipart/form-data; boundary=x", "--x--\r\n")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\nab")]
    [InlineData("multipart/form-data", "--x--\r\n")]
    public async Task Post_BadForm_IsABadRequest(string type, string content)
    {
        using var body = new StringContent(content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await shared.Server.Http.PostAsync("/digits", body, TestContext.Current.CancellationToken);
        await Rest.ReadAsync(answer, "error_response", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Infer_PicturesInBase64_AnswersDigitsConfidencesAndStatuses()
    {
        byte[][] files = [Pictures.Of(4), Pictures.Blank(30), [1, 2]];
        string images = string.Join(", ", files.Select(file => $"\"{Convert.ToBase64String(file)}\""));
        var answer = await shared.Server.InferAsync("digits", $$"""
            { "inputs": [{ "name": "images", "shape": [3], "datatype": "BYTES",
              "parameters": { "content_type": "base64" }, "data": [{{images}}] }] }
            """);
        Assert.Equal("[4,-1,-1]", answer.Data("digit"));
        Assert.Equal("""["ok","blank","error"]""", answer.Data("status"));
        Assert.StartsWith("[0.9", answer.Data("confidence"));
        var probabilities = answer.GetProperty("outputs").EnumerateArray().Last();
        Assert.Equal("[3,10]", probabilities.GetProperty("shape").GetRawText());
        Assert.Contains("it is not an image", answer.Data("error"));
    }

    private async Task<(HttpStatusCode Status, string? Type, JsonElement[] Rows)> PostAsync(
        string path, HttpContent body)
    {
        using var answer = await shared.Server.Http.PostAsync(path, body, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, [.. rows]);
    }
}
