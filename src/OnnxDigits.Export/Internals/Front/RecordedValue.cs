using TorchSharp;

namespace OnnxDigits.Export.Internals.Front;

/// <summary>A tensor that went through the forward pass. Its identity is the object, never a native handle.</summary>
internal sealed class RecordedValue(torch.Tensor tensor)
{
    public long[] Shape { get; } = tensor.shape;

    public torch.ScalarType Type { get; } = tensor.dtype;

    /// <summary>The elements, where the recording was asked to keep them.</summary>
    public GraphTensor? Snapshot { get; set; }

    /// <summary>The shape with its dynamic dimensions, once recordings are aligned; before, all are static.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; set; } = [.. tensor.shape.Select(size => (Dimension)size)];
}
