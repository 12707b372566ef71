using System.Net;
using System.Text;
using System.Text.Json;
using Json.Schema;

namespace OnnxDigits.Server.Tests;

/// <summary>Sends REST requests and validates each answer against the schemas of the protocol.</summary>
internal static class Rest
{
    private static readonly JsonDocument Schemas = JsonDocument.Parse(
        typeof(Rest).Assembly.GetManifestResourceStream("schemas.json")!);

    public static async Task<JsonElement> GetAsync(
        this TestServer server, string path, string schema, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
        return await ReadAsync(answer, schema, status);
    }

    /// <summary>Runs a model on a JSON request, and returns the JSON answer.</summary>
    public static async Task<JsonElement> InferAsync(
        this TestServer server, string model, string json, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(
            $"/v2/models/{model}/infer", content, TestContext.Current.CancellationToken);
        return await ReadAsync(answer, status == HttpStatusCode.OK ? "inference_response" : "error_response", status);
    }

    /// <summary>Returns the message of a refused request.</summary>
    public static async Task<string> RefuseAsync(
        this TestServer server, string model, string json, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        (await server.InferAsync(model, json, status)).GetProperty("error").GetString()!;

    public static async Task<JsonElement> ReadAsync(
        HttpResponseMessage answer, string schema, HttpStatusCode status = HttpStatusCode.OK)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return Check(text, schema);
    }

    /// <summary>Parses JSON and validates it.</summary>
    public static JsonElement Check(string json, string schema)
    {
        var element = JsonDocument.Parse(json).RootElement;
        string text = $$"""
            { "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/{{schema}}",
              "$defs": {{Schemas.RootElement.GetProperty("$defs").GetRawText()}} }
            """;
        // Schemas are registered for the whole process, by code for one thread.
        lock (Schemas)
        {
            bool isValid = JsonSchema.FromText(text).Evaluate(element).IsValid;
            Assert.True(isValid, $"The answer doesn't fit {schema}: {json}");
        }
        return element;
    }

    /// <summary>Returns the data of an output as JSON.</summary>
    public static string Data(this JsonElement answer, string output) => answer.GetProperty("outputs").EnumerateArray()
        .Single(tensor => tensor.GetProperty("name").GetString() == output).GetProperty("data").GetRawText();
}
