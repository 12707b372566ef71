using OnnxDigits.Data;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>A set of images as two tensors, so that a batch is one <c>index_select</c>.</summary>
public sealed class DigitTensors : IDisposable
{
    /// <summary>Scales the pixels to 0..1 and encodes the labels one-hot, as the notebook does.</summary>
    /// <param name="images">At least one image.</param>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public DigitTensors(DigitImages images)
        : this(images, CPU)
    {
    }

    internal DigitTensors(DigitImages images, Device device, ScalarType type = ScalarType.Float32)
    {
        if (images.Count == 0) throw new ArgumentException("There are no images.", nameof(images));

        var pixels = new float[images.Pixels.Length];
        PixelScaling.ToUnit(images.Pixels.Span, pixels);
        Images = tensor(pixels, [images.Count, 1, DigitImages.Rows, DigitImages.Columns], type, device);
        Targets = tensor(OneHot.Encode(images.Labels.Span), [images.Count, 10], type, device);
        Source = images;
    }

    /// <summary>Pixels [N, 1, 28, 28], float32 0..1.</summary>
    public Tensor Images { get; }

    /// <summary>One-hot labels [N, 10], float32.</summary>
    public Tensor Targets { get; }

    /// <summary>The images that the tensors hold.</summary>
    public DigitImages Source { get; }

    /// <summary>Number of images.</summary>
    public int Count => Source.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
    }
}
