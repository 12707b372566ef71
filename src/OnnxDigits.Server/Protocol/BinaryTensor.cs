using System.Buffers.Binary;

namespace OnnxDigits.Server.Protocol;

/// <summary>
/// Converts tensors from and to the bytes of the binary tensor extension, which are also the raw contents of gRPC: the
/// elements in little-endian order, and each element of <see cref="DataType.Bytes"/> after its length in 4 bytes.
/// </summary>
internal static class BinaryTensor
{
    /// <exception cref="ProtocolException">The number of bytes doesn't fit the shape and the type.</exception>
    public static Tensor Read(string name, DataType type, long[] shape, int count, ReadOnlyMemory<byte> bytes)
    {
        if (type == DataType.Bytes) return new(name, shape, ReadElements(name, count, bytes));
        long needed = (long)count * type.Size;
        if (bytes.Length != needed)
        {
            throw new ProtocolException($"The data of '{name}' has {bytes.Length} bytes, but needs {needed}.");
        }
        if (type == DataType.Bool && bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new ProtocolException($"The data of '{name}' has a BOOL that is neither 0 nor 1.");
        }
        return new(name, type, shape, bytes);
    }

    /// <summary>Returns the bytes of a tensor.</summary>
    public static ReadOnlyMemory<byte> Write(Tensor tensor)
    {
        if (tensor.Type != DataType.Bytes) return tensor.Data;
        byte[] bytes = new byte[tensor.Elements.Sum(element => sizeof(uint) + element.Length)];
        var rest = bytes.AsSpan();
        foreach (var element in tensor.Elements)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, element.Length);
            element.Span.CopyTo(rest[sizeof(uint)..]);
            rest = rest[(sizeof(uint) + element.Length)..];
        }
        return bytes;
    }

    private static ReadOnlyMemory<byte>[] ReadElements(string name, int count, ReadOnlyMemory<byte> bytes)
    {
        var elements = new List<ReadOnlyMemory<byte>>(Math.Min(count, bytes.Length / sizeof(uint)));
        while (elements.Count < count && bytes.Length >= sizeof(uint))
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
            bytes = bytes[sizeof(uint)..];
            if (length > bytes.Length) break;
            elements.Add(bytes[..(int)length]);
            bytes = bytes[(int)length..];
        }
        return elements.Count == count && bytes.IsEmpty
            ? [.. elements]
            : throw new ProtocolException($"The data of '{name}' doesn't hold {count} elements of BYTES.");
    }
}
