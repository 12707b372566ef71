using System.Runtime.InteropServices;
using Google.Protobuf;
using OnnxDigits.Server.Protocol.Grpc;

namespace OnnxDigits.Server.Protocol;

/// <summary>Converts tensors from and to the typed contents of gRPC.</summary>
internal static class GrpcContents
{
    /// <exception cref="ProtocolException">The contents don't fit the shape or the type.</exception>
    public static Tensor Read(string name, DataType type, long[] shape, int count, InferTensorContents? contents)
    {
        contents ??= new();
        if (type == DataType.Bytes)
        {
            Require(contents.BytesContents.Count);
            return new(name, shape, [.. contents.BytesContents.Select(element => element.Memory)]);
        }
        byte[] bytes = type.Name switch
        {
            "BOOL" => Copy(contents.BoolContents, value => value ? (byte)1 : (byte)0),
            "INT8" => Copy(contents.IntContents, value => checked((sbyte)value)),
            "INT16" => Copy(contents.IntContents, value => checked((short)value)),
            "INT32" => Copy(contents.IntContents, value => value),
            "INT64" => Copy(contents.Int64Contents, value => value),
            "UINT8" => Copy(contents.UintContents, value => checked((byte)value)),
            "UINT16" => Copy(contents.UintContents, value => checked((ushort)value)),
            "UINT32" => Copy(contents.UintContents, value => value),
            "UINT64" => Copy(contents.Uint64Contents, value => value),
            "FP32" => Copy(contents.Fp32Contents, value => value),
            "FP64" => Copy(contents.Fp64Contents, value => value),
            _ => throw new ProtocolException($"The input '{name}' is {type.Name}, which needs raw_input_contents."),
        };
        return new(name, type, shape, bytes);

        byte[] Copy<TIn, TOut>(IReadOnlyList<TIn> values, Func<TIn, TOut> convert)
            where TOut : unmanaged
        {
            Require(values.Count);
            var converted = new TOut[count];
            try
            {
                for (int i = 0; i < count; i++) converted[i] = convert(values[i]);
            }
            catch (OverflowException)
            {
                throw new ProtocolException($"An element of '{name}' isn't a valid {type.Name}.");
            }
            return MemoryMarshal.AsBytes<TOut>(converted).ToArray();
        }

        void Require(int found)
        {
            if (found != count)
            {
                throw new ProtocolException(
                    $"The contents of '{name}' for {type.Name} have {found} elements, but the shape {count}.");
            }
        }
    }

    /// <summary>Returns the contents of a tensor of another type than FP16 and BF16.</summary>
    public static InferTensorContents Write(Tensor tensor)
    {
        var contents = new InferTensorContents();
        switch (tensor.Type.Name)
        {
            case "BYTES":
                contents.BytesContents.AddRange(tensor.Elements.Select(UnsafeByteOperations.UnsafeWrap));
                break;
            case "BOOL": contents.BoolContents.AddRange(Elements<byte>().Select(value => value != 0)); break;
            case "INT8": contents.IntContents.AddRange(Elements<sbyte>().Select(value => (int)value)); break;
            case "INT16": contents.IntContents.AddRange(Elements<short>().Select(value => (int)value)); break;
            case "INT32": contents.IntContents.AddRange(Elements<int>()); break;
            case "INT64": contents.Int64Contents.AddRange(Elements<long>()); break;
            case "UINT8": contents.UintContents.AddRange(Elements<byte>().Select(value => (uint)value)); break;
            case "UINT16": contents.UintContents.AddRange(Elements<ushort>().Select(value => (uint)value)); break;
            case "UINT32": contents.UintContents.AddRange(Elements<uint>()); break;
            case "UINT64": contents.Uint64Contents.AddRange(Elements<ulong>()); break;
            case "FP32": contents.Fp32Contents.AddRange(Elements<float>()); break;
            default: contents.Fp64Contents.AddRange(Elements<double>()); break;
        }
        return contents;

        T[] Elements<T>()
            where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Data.Span).ToArray();
    }
}
