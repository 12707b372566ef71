using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Represents a tensor of a forward pass. Its identity is the Tensor object, not the native handle.</summary>
internal sealed class RecordedValue(long[] shape, torch.ScalarType type)
{
    public RecordedValue(torch.Tensor tensor) : this(tensor.shape, tensor.dtype) =>
        Bytes = tensor.numel() * tensor.element_size();

    public long[] Shape { get; } = shape;

    public torch.ScalarType Type { get; } = type;

    /// <summary>Gets the size of all elements in bytes, or 0 for a value that no pass has calculated.</summary>
    public long Bytes { get; }

    public required ValueOrigin Origin { get; init; }

    /// <summary>Gets the object of a tensor that existed before the forward pass.</summary>
    public torch.Tensor? Source { get; init; }

    /// <summary>Gets the identity of a tensor that existed before the forward pass.</summary>
    public TensorIdentity? Identity { get; init; }

    /// <summary>
    /// Gets or sets a copy of the tensor if it doesn't depend on inputs; <see langword="null"/> for other tensors,
    /// weights, and large results that depend on weights.
    /// </summary>
    public torch.Tensor? Constant { get; set; }

    /// <summary>
    /// Gets a value that indicates whether the tensor is the result of a call that depends on weights alone. A large
    /// one has no <see cref="Constant"/>.
    /// </summary>
    public bool IsOfWeights { get; init; }

    /// <summary>Gets the elements if the recording keeps values; otherwise <see langword="null"/>.</summary>
    public GraphTensor? Snapshot { get; init; }

    /// <summary>
    /// Gets or sets the shape. Alignment replaces sizes that depend on open dimensions with dynamic ones.
    /// </summary>
    public IReadOnlyList<Dimension> Dimensions { get; set; } = [.. shape.Select(size => (Dimension)size)];
}

/// <summary>Specifies where a recorded tensor comes from.</summary>
internal enum ValueOrigin
{
    /// <summary>An input of the module.</summary>
    Input,

    /// <summary>The result of a recorded call.</summary>
    Call,

    /// <summary>A weight of a module that the forward pass creates.</summary>
    Made,

    /// <summary>A parameter, a buffer, or any other tensor that existed before the forward pass.</summary>
    Outside,
}
