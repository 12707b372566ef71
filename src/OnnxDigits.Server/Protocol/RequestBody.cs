using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OnnxDigits.Server.Protocol;

/// <summary>Reads the bodies of requests. Kestrel limits their length.</summary>
internal static class RequestBody
{
    // The length in a header isn't trusted, so the buffer grows with the bytes that arrive.
    private const int FirstBuffer = 64 << 10;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, FirstBuffer));
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Parses JSON.</summary>
    /// <exception cref="ProtocolException">
    /// The JSON is invalid. The message contains the position, not the text.
    /// </exception>
    public static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new ProtocolException("The body is null.");
        }
        catch (JsonException e)
        {
            throw new ProtocolException(
                $"The body isn't the expected JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}. "
                + "See /openapi/v1.json.");
        }
    }
}
