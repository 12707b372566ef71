using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OnnxDigits.Server.Models;

namespace OnnxDigits.Server.Protocol;

/// <summary>Handles inference requests in JSON, with or without the binary tensor extension.</summary>
internal static class RestInference
{
    private const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>Reads a request, runs the model and writes the response.</summary>
    /// <exception cref="ProtocolException">The request is invalid or can't be answered.</exception>
    public static async Task AnswerAsync(HttpContext context, ServedModel model, int maxElements)
    {
        var body = await RequestBody.ReadAsync(context.Request).ConfigureAwait(false);
        var (request, inputs) = Parse(context.Request, model, body, maxElements);
        var outputs = request.Outputs ?? [];
        var results = await ModelRunner.RunAsync(
            model, inputs,
            [.. outputs.Select(output => new RequestedOutput(output.Name, Classes(output.Parameters)))],
            Classes(request.Parameters), context.RequestAborted).ConfigureAwait(false);
        bool isBinary = request.Parameters?.BinaryDataOutput ?? false;
        bool[] binary = outputs is []
            ? [.. results.Select(_ => isBinary)]
            : [.. outputs.Select(output => output.Parameters?.BinaryData ?? isBinary)];
        await WriteAsync(context.Response, model, request.Id, results, binary).ConfigureAwait(false);
    }

    private static (InferenceRequest Request, Tensor[] Inputs) Parse(
        HttpRequest http, ServedModel model, ReadOnlyMemory<byte> body, int maxElements)
    {
        int length = body.Length;
        if (http.Headers.TryGetValue(LengthHeader, out var header)
            && !(int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out length)
                && length <= body.Length))
        {
            throw new ProtocolException($"The header {LengthHeader} isn't the length of the JSON part of the body.");
        }
        if (length == 0 && header.Count > 0) return ParseRaw(model, body);
        var request = RequestBody.Parse(body.Span[..length], ProtocolJson.Default.InferenceRequest);
        var blobs = body[length..];
        var inputs = new Tensor[request.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = ParseInput(request.Inputs[i], ref blobs);
        return blobs.IsEmpty
            ? (request, inputs)
            : throw new ProtocolException($"{blobs.Length} bytes after the last tensor belong to no input.");

        Tensor ParseInput(InputTensor input, ref ReadOnlyMemory<byte> rest)
        {
            string name = ModelRunner.InputOf(model, input.Name).Name;
            var type = DataType.Of(input.Datatype);
            int count = Tensor.CountOf(input.Shape, maxElements);
            if (input.Parameters?.BinaryDataSize is { } bytes)
            {
                if (input.Data is not null) throw new ProtocolException($"The input '{name}' has data twice.");
                if (bytes < 0 || bytes > rest.Length)
                {
                    throw new ProtocolException($"The binary_data_size of '{name}' exceeds the body.");
                }
                var data = rest[..bytes];
                rest = rest[bytes..];
                return BinaryTensor.Read(name, type, input.Shape, count, data);
            }
            if (input.Data is not { } array) throw new ProtocolException($"The input '{name}' has no data.");
            bool isBase64 = input.Parameters?.ContentType == "base64";
            return JsonTensor.Read(name, type, input.Shape, count, array.Of(body.Span), isBase64);
        }
    }

    // The whole body is the only input. Its first size follows from the length of the body.
    private static (InferenceRequest Request, Tensor[] Inputs) ParseRaw(ServedModel model, ReadOnlyMemory<byte> body)
    {
        if (model.Inputs is not [{ Type.Size: > 0 } input] || input.Shape.Count(size => size < 0) > 1)
        {
            throw new ProtocolException("The model needs a JSON header: a raw body serves one input of numbers only.");
        }
        int row = input.Type.Size;
        foreach (long size in input.Shape) row *= size < 0 ? 1 : (int)size;
        long[] shape = [.. input.Shape.Select(size => size < 0 ? body.Length / row : size)];
        int count = body.Length / input.Type.Size;
        return (new InferenceRequest(), [BinaryTensor.Read(input.Name, input.Type, shape, count, body)]);
    }

    private static async Task WriteAsync(
        HttpResponse http, ServedModel model, string? id, IReadOnlyList<Tensor> results, bool[] binary)
    {
        var blobs = new List<ReadOnlyMemory<byte>>();
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model.Name);
            json.WriteString("model_version", model.Version);
            if (id is not null) json.WriteString("id", id);
            json.WriteStartArray("outputs");
            foreach (var (i, tensor) in results.Index())
            {
                json.WriteStartObject();
                json.WriteString("name", tensor.Name);
                json.WriteString("datatype", tensor.Type.Name);
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                if (binary[i])
                {
                    blobs.Add(BinaryTensor.Write(tensor));
                    json.WriteStartObject("parameters");
                    json.WriteNumber("binary_data_size", blobs[^1].Length);
                    json.WriteEndObject();
                }
                else
                {
                    json.WritePropertyName("data");
                    JsonTensor.Write(json, tensor);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        http.ContentType = blobs.Count > 0 ? "application/octet-stream" : "application/json";
        http.ContentLength = buffer.WrittenCount + blobs.Sum(blob => (long)blob.Length);
        if (blobs.Count > 0) http.Headers[LengthHeader] = buffer.WrittenCount.ToString(CultureInfo.InvariantCulture);
        // One flush sends all.
        http.BodyWriter.Write(buffer.WrittenSpan);
        foreach (var blob in blobs) http.BodyWriter.Write(blob.Span);
        await http.BodyWriter.FlushAsync(http.HttpContext.RequestAborted).ConfigureAwait(false);
    }

    private static int Classes(TensorParameters? parameters) => parameters?.Classification switch
    {
        null => 0,
        > 0 and var count => count,
        _ => throw new ProtocolException("The parameter classification must be a whole number of at least 1."),
    };
}
