using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>A tensor that went through the forward pass. Its identity is the object, never a native handle.</summary>
internal sealed class RecordedValue(torch.Tensor tensor)
{
    public long[] Shape { get; } = tensor.shape;

    public torch.ScalarType Type { get; } = tensor.dtype;

    /// <summary>Where the tensor came from.</summary>
    public required ValueOrigin Origin { get; init; }

    /// <summary>Which weight it is, for a tensor from outside.</summary>
    public TensorIdentity? Identity { get; init; }

    /// <summary>
    /// A copy of the tensor, where nothing that the inputs or the weights can change has a part in it; null otherwise.
    /// </summary>
    public torch.Tensor? Constant { get; set; }

    /// <summary>The elements, where the recording was asked to keep them.</summary>
    public GraphTensor? Snapshot { get; set; }

    /// <summary>The shape with its dynamic dimensions, once recordings are aligned; before, all are static.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; set; } = [.. tensor.shape.Select(size => (Dimension)size)];
}

/// <summary>Where a recorded tensor came from.</summary>
internal enum ValueOrigin
{
    /// <summary>It is an input of the module.</summary>
    Input,

    /// <summary>A recorded call made it.</summary>
    Call,

    /// <summary>It was there before: a parameter, a buffer, or a tensor that the code holds elsewhere.</summary>
    Outside,
}
