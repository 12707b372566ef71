using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Copies tensors between TorchSharp and managed memory.</summary>
internal static class TensorCopy
{
    public static GraphTensor ToManaged(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var dense = tensor.detach().cpu().contiguous();
        return dense.dtype switch
        {
            torch.ScalarType.Float32 => new GraphTensor<float>(dense.data<float>().ToArray(), dense.shape),
            torch.ScalarType.Float64 => new GraphTensor<double>(dense.data<double>().ToArray(), dense.shape),
            torch.ScalarType.Int64 => new GraphTensor<long>(dense.data<long>().ToArray(), dense.shape),
            torch.ScalarType.Int32 => new GraphTensor<int>(dense.data<int>().ToArray(), dense.shape),
            torch.ScalarType.Bool => new GraphTensor<bool>(dense.data<bool>().ToArray(), dense.shape),
            _ => throw new ArgumentException($"Graph runners don't support tensors of dtype {dense.dtype}."),
        };
    }

    public static torch.Tensor ToTorch(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => torch.tensor(floats.Data, [.. floats.Shape]),
        GraphTensor<long> longs => torch.tensor(longs.Data, [.. longs.Shape]),
        GraphTensor<int> ints => torch.tensor(ints.Data, [.. ints.Shape]),
        GraphTensor<bool> flags => torch.tensor(flags.Data, [.. flags.Shape]),
        _ => throw new ArgumentException($"Graph inputs cannot have elements of type {tensor.ElementType}."),
    };
}
