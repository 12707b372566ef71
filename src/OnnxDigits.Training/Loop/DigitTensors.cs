using OnnxDigits.Data;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Holds a set of images and labels as two tensors, so that a batch is one <c>index_select</c>.</summary>
public sealed class DigitTensors : IDisposable
{
    /// <summary>Creates the tensors: pixels scaled to 0..1 and one-hot labels, as in the notebook.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="device">The device of the tensors. The default is the CPU.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public DigitTensors(DigitImages images, Device? device = null)
    {
        if (images.Count == 0) throw new ArgumentException("There are no images.", nameof(images));

        var pixels = new float[images.Pixels.Length];
        PixelScaling.ToUnit(images.Pixels.Span, pixels);
        Images = tensor(pixels, [images.Count, 1, DigitImages.Rows, DigitImages.Columns], device: device);
        Targets = tensor(OneHot.Encode(images.Labels.Span), [images.Count, DigitImages.Classes], device: device);
        Source = images;
    }

    /// <summary>Gets the pixels [N, 1, 28, 28], float32 from 0 to 1.</summary>
    public Tensor Images { get; }

    /// <summary>Gets the one-hot labels [N, 10], float32.</summary>
    public Tensor Targets { get; }

    /// <summary>Gets the images that the tensors were made from.</summary>
    public DigitImages Source { get; }

    /// <summary>Gets the number of images.</summary>
    public int Count => Source.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
    }
}
