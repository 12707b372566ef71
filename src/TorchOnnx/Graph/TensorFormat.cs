using Google.Protobuf;
using Onnx;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// Converts tensors and dtypes to ONNX. Both ONNX raw_data and the supported platforms are little-endian.
/// </summary>
internal static class TensorFormat
{
    public static TensorProto.Types.DataType DataType(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => TensorProto.Types.DataType.Float,
        torch.ScalarType.Float64 => TensorProto.Types.DataType.Double,
        torch.ScalarType.Float16 => TensorProto.Types.DataType.Float16,
        torch.ScalarType.BFloat16 => TensorProto.Types.DataType.Bfloat16,
        torch.ScalarType.Int64 => TensorProto.Types.DataType.Int64,
        torch.ScalarType.Int32 => TensorProto.Types.DataType.Int32,
        torch.ScalarType.Int16 => TensorProto.Types.DataType.Int16,
        torch.ScalarType.Int8 => TensorProto.Types.DataType.Int8,
        torch.ScalarType.Byte => TensorProto.Types.DataType.Uint8,
        torch.ScalarType.Bool => TensorProto.Types.DataType.Bool,
        _ => throw new ArgumentException($"ONNX has no counterpart of dtype {type}."),
    };

    /// <summary>Returns an initializer that shares the memory of a tensor on the CPU until it is copied.</summary>
    public static TensorProto Initializer(string name, torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous().DetachFromDisposeScope();
        return new()
        {
            Name = name,
            DataType = (int)DataType(dense.dtype),
            Dims = { dense.shape },
            RawData = UnsafeByteOperations.UnsafeWrap(new TensorMemory(dense).Memory),
        };
    }

    /// <summary>
    /// Copies the elements of all tensors of a graph, so that later changes to the module don't affect the graph.
    /// </summary>
    public static void CopyTensors(GraphProto graph)
    {
        var constants = graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T)
            .OfType<TensorProto>();
        Parallel.ForEach(graph.Initializer.Concat(constants), tensor =>
        {
            byte[] copy = GC.AllocateUninitializedArray<byte>(tensor.RawData.Length);
            tensor.RawData.Span.CopyTo(copy);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(copy);
        });
    }
}
