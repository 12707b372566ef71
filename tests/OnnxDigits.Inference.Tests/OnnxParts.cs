using System.Buffers.Binary;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests;

/// <summary>Encodes parts of an ONNX file by their field numbers in onnx.proto.</summary>
internal static class OnnxParts
{
    public static byte[] Node(string type, string[] inputs, string[] outputs, params IEnumerable<byte[]> others) =>
        Message(
        [
            .. inputs.Select(name => Text(1, name)), .. outputs.Select(name => Text(2, name)), Text(4, type), .. others,
        ]);

    /// <summary>Encodes an attribute of integers.</summary>
    public static byte[] Integers(string name, params long[] values) =>
        Bytes(5, Message([Text(1, name), .. values.Select(value => Number(8, value)), Number(20, 7)]));

    /// <summary>Encodes an attribute of one integer.</summary>
    public static byte[] Integer(string name, long value) =>
        Bytes(5, Message(Text(1, name), Number(3, value), Number(20, 2)));

    /// <summary>Encodes a float32 tensor.</summary>
    public static byte[] Floats(string name, long[] shape, params ReadOnlySpan<float> values)
    {
        var raw = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(4 * i), values[i]);
        return Tensor(name, 1, shape, Bytes(9, raw));
    }

    /// <summary>Encodes a float32 tensor of small reproducible values.</summary>
    public static byte[] Floats(string name, params long[] shape)
    {
        var random = new Random(3);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return Floats(name, shape, [.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() / 8)]);
    }

    /// <summary>Encodes an int64 vector.</summary>
    public static byte[] Sizes(string name, params long[] values)
    {
        var raw = new byte[values.Length * 8];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(8 * i), values[i]);
        return Tensor(name, 7, [values.Length], Bytes(9, raw));
    }

    /// <summary>Encodes a tensor with a type, a shape and the fields that hold its values.</summary>
    public static byte[] Tensor(string name, int type, long[] shape, params IEnumerable<byte[]> values) =>
        Message([.. shape.Select(size => Number(1, size)), Number(2, type), Text(8, name), .. values]);

    /// <summary>Encodes an input or output. A size of −1 is the open batch.</summary>
    public static byte[] Value(string name, int type, long[] shape)
    {
        var dimensions = shape.Select(size => Bytes(1, size < 0 ? Text(2, "N") : Number(1, size)));
        return Message(Text(1, name), Bytes(2, Bytes(1, Message(Number(1, type), Bytes(2, Message(dimensions))))));
    }

    public static byte[] Opset(string domain, long version) => Message(Text(1, domain), Number(2, version));

    public static byte[] Entry(string key, string value) => Message(Text(1, key), Text(2, value));
}
