using System.Buffers;
using System.Text.Json;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;
using Shared;

namespace OnnxDigits.Server.Digits;

/// <summary>
/// Answers <c>POST /digits</c> with the rows of <c>infer -f jsonl</c>. The body is an image file, a form with several
/// image files, or JSON with image files in base64.
/// </summary>
internal sealed class DigitsEndpoint(DigitReader reader, ModelCatalog models, RequestLog requests)
{
    // The 28×28 grey pixels that the network saw.
    private static readonly Column Pixels =
        new("pixels", typeof(string), row => row.Image.IsEmpty ? null : Convert.ToBase64String(row.Image.Span));

    /// <summary>Reads the pictures and writes a row for each.</summary>
    /// <param name="context">The request.</param>
    /// <param name="all">Indicates whether to read all digits of each picture.</param>
    /// <param name="pixels">
    /// Indicates whether rows contain the pixels that the network saw. Ignored with <paramref name="all"/>.
    /// </param>
    /// <exception cref="ProtocolException">The request is invalid or can't be answered.</exception>
    public async Task AnswerAsync(HttpContext context, bool all, bool pixels)
    {
        bool isSingle = false;
        var rows = await requests.RunAsync(
            "digits", () => models.Find(DigitsModel.ModelName, version: null), async _ =>
            {
                var pictures = await ReadPicturesAsync(context.Request).ConfigureAwait(false);
                isSingle = pictures is null;
                pictures ??= [new("-", await RequestBody.ReadAsync(context.Request).ConfigureAwait(false))];
                var read = all
                    ? await reader.ReadAllAsync(pictures, context.RequestAborted).ConfigureAwait(false)
                    : await reader.ReadAsync(pictures, context.RequestAborted).ConfigureAwait(false);
                if (isSingle && read[0].Error is { } error) throw new ProtocolException(error);
                return read;
            }).ConfigureAwait(false);

        IReadOnlyList<Column> columns = all ? Column.Picture(top: 0) : Column.All(top: 0);
        if (pixels && !all) columns = [.. columns, Pixels];
        var lines = new ArrayBufferWriter<byte>();
        foreach (var row in rows)
        {
            using (var json = new Utf8JsonWriter(lines, JsonRow.Options)) JsonRow.Write(json, row, columns);
            lines.Write("\n"u8);
        }
        context.Response.ContentType = isSingle ? "application/json" : "application/x-ndjson";
        context.Response.ContentLength = lines.WrittenCount;
        await context.Response.Body.WriteAsync(lines.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Returns the pictures of a form or of JSON, or <c>null</c> if the body is one image.</summary>
    private static async Task<Picture[]?> ReadPicturesAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            if (form.Files.Count == 0) throw new ProtocolException("The form has no file.");
            var pictures = new Picture[form.Files.Count];
            for (int i = 0; i < pictures.Length; i++)
            {
                byte[] file = new byte[form.Files[i].Length];
                using var stream = form.Files[i].OpenReadStream();
                await stream.ReadExactlyAsync(file).ConfigureAwait(false);
                pictures[i] = new(form.Files[i].FileName, file);
            }
            return pictures;
        }
        if (!request.HasJsonContentType()) return null;
        var body = await RequestBody.ReadAsync(request).ConfigureAwait(false);
        var images = RequestBody.Parse(body.Span, ProtocolJson.Default.DigitsRequest).Images;
        if (images.Length == 0) throw new ProtocolException("The request has no images.");
        return [.. images.Select(image => new Picture(image.Name ?? "-", image.Data))];
    }
}
