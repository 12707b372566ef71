using System.Runtime.InteropServices;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Copies tensors between TorchSharp and managed memory.</summary>
internal static class TensorCopy
{
    /// <summary>
    /// Returns a copy of a tensor, or <see langword="null"/> if graph runners don't support its dtype.
    /// </summary>
    public static GraphTensor? TryToManaged(torch.Tensor tensor) =>
        tensor.dtype is torch.ScalarType.Float32 or torch.ScalarType.Float64 or torch.ScalarType.Int64
            or torch.ScalarType.Int32 or torch.ScalarType.Byte or torch.ScalarType.Bool
            ? ToManaged(tensor)
            : null;

    public static GraphTensor ToManaged(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return dense.dtype switch
        {
            torch.ScalarType.Float32 => Copy<float>(dense),
            torch.ScalarType.Float64 => Copy<double>(dense),
            torch.ScalarType.Int64 => Copy<long>(dense),
            torch.ScalarType.Int32 => Copy<int>(dense),
            torch.ScalarType.Byte => Copy<byte>(dense),
            torch.ScalarType.Bool => Copy<bool>(dense),
            _ => throw new ArgumentException($"Graph runners don't support tensors of dtype {dense.dtype}."),
        };
    }

    public static torch.Tensor ToTorch(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => torch.tensor(floats.Data, [.. floats.Shape]),
        GraphTensor<double> doubles => torch.tensor(doubles.Data, [.. doubles.Shape]),
        GraphTensor<long> longs => torch.tensor(longs.Data, [.. longs.Shape]),
        GraphTensor<int> ints => torch.tensor(ints.Data, [.. ints.Shape]),
        GraphTensor<byte> bytes => torch.tensor(bytes.Data, [.. bytes.Shape]),
        GraphTensor<bool> flags => torch.tensor(flags.Data, [.. flags.Shape]),
        _ => throw new ArgumentException($"Graph inputs cannot have elements of type {tensor.ElementType}."),
    };

    // TorchSharp's accessor calls native code for each element, and its bytes throw if the tensor is empty.
    private static GraphTensor<T> Copy<T>(torch.Tensor dense) where T : unmanaged =>
        new(dense.numel() == 0 ? [] : MemoryMarshal.Cast<byte, T>(dense.bytes).ToArray(), dense.shape);
}
