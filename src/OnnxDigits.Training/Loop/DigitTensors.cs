using OnnxDigits.Data;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Holds a set of images and labels as two tensors, so that a batch is one <c>index_select</c>.</summary>
public sealed class DigitTensors : IDisposable
{
    private const float Uniform = 1f / DigitImages.Classes;

    /// <summary>Creates the tensors: pixels scaled to 0..1 and one-hot labels, as in the notebook.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="device">The device of the tensors. The default is the CPU.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public DigitTensors(DigitImages images, Device? device = null)
        : this(images, ReadOnlyMemory<byte>.Empty, device)
    {
    }

    /// <summary>Creates the tensors of digits, followed by images that show no digit.</summary>
    /// <remarks>
    /// An image without a digit has the target 0.1 for each digit (outlier exposure: D. Hendrycks, M. Mazeika and T.
    /// Dietterich, 2019), so that the network learns to be uncertain about it.
    /// </remarks>
    internal DigitTensors(DigitImages images, ReadOnlyMemory<byte> nonDigits, Device? device)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("There are no images.", nameof(images));

        float[] pixels = Array.ConvertAll((byte[])[.. images.Pixels.Span, .. nonDigits.Span], pixel => pixel / 255f);
        Count = pixels.Length / DigitImages.PixelsPerImage;
        var targets = new float[Count * DigitImages.Classes];
        for (int i = 0; i < images.Count; i++) targets[(i * DigitImages.Classes) + images.Label(i)] = 1;
        targets.AsSpan(images.Count * DigitImages.Classes).Fill(Uniform);
        Images = tensor(pixels, [Count, 1, DigitImages.Rows, DigitImages.Columns], device: device);
        Targets = tensor(targets, [Count, DigitImages.Classes], device: device);
        if (!nonDigits.IsEmpty)
        {
            var isDigit = new bool[Count];
            isDigit.AsSpan(0, images.Count).Fill(true);
            IsDigit = tensor(isDigit, device: device);
        }

        Source = images;
    }

    /// <summary>Gets the pixels [N, 1, 28, 28], float32 from 0 to 1.</summary>
    public Tensor Images { get; }

    /// <summary>Gets the probabilities to learn [N, 10], float32: one-hot labels for digits.</summary>
    public Tensor Targets { get; }

    /// <summary>
    /// Gets the flags [N], bool, of images that show a digit, or <see langword="null"/> if all images do.
    /// </summary>
    internal Tensor? IsDigit { get; }

    /// <summary>Gets the digits from which the tensors were created.</summary>
    public DigitImages Source { get; }

    /// <summary>Gets the number of images.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
        IsDigit?.Dispose();
    }
}
