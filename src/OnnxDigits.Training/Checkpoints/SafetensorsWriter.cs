using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>
/// Writes the safetensors layout: the header's length in 8 bytes, a JSON header, the tensors' little-endian elements in
/// row-major order one after another. Nothing in it can run when it is read.
/// </summary>
internal static class SafetensorsWriter
{
    // Readers that map the file want the elements aligned.
    private const int Alignment = 8;

    /// <summary>Writes a file that is not sealed yet.</summary>
    /// <param name="file">Receives the file's bytes; what it held is dropped, its memory is used again.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <param name="tensors">Tensors of any strides and on any device, under different names.</param>
    public static void Write(
        MemoryStream file, IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        byte[] header = Header(metadata, tensors);
        int padded = (header.Length + Alignment - 1) / Alignment * Alignment;
        long content = tensors.Sum(tensor => Size(tensor.Value));
        file.SetLength(0);
        file.Capacity = Math.Max(file.Capacity, checked((int)(sizeof(ulong) + padded + content)));

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        file.Write(length);
        file.Write(header);
        for (int i = header.Length; i < padded; i++) file.WriteByte((byte)' ');
        foreach ((_, Tensor tensor) in tensors)
        {
            using Tensor contiguous = tensor.contiguous(), here = contiguous.cpu();
            file.Write(here.bytes);
        }
    }

    private static byte[] Header(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        json.WriteString(SealedBytes.Key, SealedBytes.Placeholder);
        foreach ((string key, string value) in metadata) json.WriteString(key, value);
        json.WriteEndObject();
        long offset = 0;
        foreach ((string name, Tensor tensor) in tensors)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", ElementTypes.NameOf(tensor.dtype));
            WriteNumbers(json, "shape", tensor.shape);
            WriteNumbers(json, "data_offsets", [offset, offset += Size(tensor)]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static long Size(Tensor tensor) => tensor.numel() * tensor.element_size();
}
