using System.Buffers;
using System.Diagnostics;
using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference;

/// <summary>Reads handwritten digits with a trained network.</summary>
/// <remarks>
/// A classifier is immutable and thread-safe. Opening one takes tens of milliseconds, so create one and reuse it.
/// </remarks>
/// <example>
/// <code>
/// using var classifier = new DigitClassifier();
/// DigitPrediction prediction = classifier.Classify(pixels); // 784 bytes, row by row
/// Console.WriteLine($"{prediction.Digit} {prediction.Confidence:P0}");
/// </code>
/// </example>
public sealed partial class DigitClassifier : IDisposable
{
    /// <summary>The size of an image in bytes: 28 rows of 28 pixels.</summary>
    public const int ImageLength = DigitPreprocessing.OutputLength;

    // The largest batch on the CPU. Images are prepared and run in blocks of this size, so that they stay in its cache.
    private const int Block = 64;

    private readonly DeviceSession _session;
    private readonly BatchRunnerPool _runners;
    private readonly float _threshold;
    private readonly UseCount _use;
    private readonly ModelInfo _info;

    private DigitClassifier(ModelSource model, DigitClassifierOptions options)
    {
        DeviceName.TryParse(options.Device, out DeviceName device);
        _session = SessionFactory.Create(device, new(model.Bytes, model.Name, options));
        _runners = new BatchRunnerPool(_session);
        _use = new UseCount(Free);
        _threshold = options.ConfidenceThreshold;
        _info = model.Info.GetAwaiter().GetResult() with
        {
            Provider = _session.Provider,
            Device = _session.Device.ToString(),
            DeviceNotice = _session.Notice,
            BatchSize = _session.Limit.Images,
        };
    }

    /// <summary>Gets the model's metadata and the device that runs it.</summary>
    public ModelInfo Info => _session.Limit.Notice is { } halved
        ? _info with { BatchSize = _session.Limit.Images, DeviceNotice = $"{_session.Notice} {halved}".TrimStart() }
        : _info;

    /// <summary>Reads the digit on a 28×28 grey image of any polarity and placement.</summary>
    /// <param name="pixels">784 bytes, row by row from the top left.</param>
    /// <returns>The digit with its confidence.</returns>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> does not have 784 bytes.</exception>
    /// <inheritdoc cref="ClassifyPrepared" path="/exception"/>
    public DigitPrediction Classify(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != ImageLength)
        {
            throw new ArgumentException(
                $"A 28×28 image has {ImageLength} bytes, but there are {pixels.Length}. "
                + "For other sizes, pass a RasterImage.", nameof(pixels));
        }
        return Classify(new RasterImage(pixels, 28, 28, PixelLayout.Gray8));
    }

    /// <summary>Reads the digit on a picture of any size, prepared by <see cref="DigitPreprocessing"/>.</summary>
    /// <param name="raster">The picture, with one digit on it.</param>
    /// <returns>The digit with its confidence.</returns>
    /// <exception cref="ArgumentException"><paramref name="raster"/> is the default value.</exception>
    /// <inheritdoc cref="ClassifyPrepared" path="/exception"/>
    public DigitPrediction Classify(RasterImage raster)
    {
        ObjectDisposedException.ThrowIf(_use.IsReleased, this);
        Span<byte> image = stackalloc byte[ImageLength];
        PreprocessingResult prepared = DigitPreprocessing.Apply(raster, image);
        if (prepared.IsBlank) return DigitPrediction.Blank;
        var prediction = default(DigitPrediction);
        ClassifyPrepared(image, new Span<DigitPrediction>(ref prediction));
        return prediction.With(prepared);
    }

    /// <summary>Reads many 28×28 grey images of any polarity and placement.</summary>
    /// <param name="images">[N, 28, 28] bytes: the images one after the other.</param>
    /// <param name="predictions">Receives the N predictions.</param>
    /// <inheritdoc cref="ClassifyPrepared" path="/exception"/>
    public void Classify(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions)
    {
        int count = CountImages(images, predictions);
        int block = Math.Max(Block, Math.Min(_session.Limit.Images, count));
        byte[] prepared = ArrayPool<byte>.Shared.Rent(ImageLength * block);
        PreprocessingResult[] findings = ArrayPool<PreprocessingResult>.Shared.Rent(block);
        for (int start = 0; start < count; start += block)
        {
            int size = Math.Min(block, count - start);
            for (int i = 0; i < size; i++)
            {
                ReadOnlySpan<byte> pixels = images.Slice((start + i) * ImageLength, ImageLength);
                Span<byte> image = prepared.AsSpan(i * ImageLength, ImageLength);
                var raster = new RasterImage(pixels, 28, 28, PixelLayout.Gray8);
                findings[i] = DigitPreprocessing.Apply(raster, image);
            }
            Span<DigitPrediction> results = predictions.Slice(start, size);
            ClassifyPrepared(prepared.AsSpan(0, size * ImageLength), results);
            for (int i = 0; i < size; i++) results[i] = results[i].With(findings[i]);
        }
        ArrayPool<byte>.Shared.Return(prepared);
        ArrayPool<PreprocessingResult>.Shared.Return(findings);
    }

    /// <summary>
    /// Reads images that <see cref="DigitPreprocessing"/> has prepared, or that are already in MNIST's form. An image
    /// of zeros is <see cref="DigitPrediction.Blank"/>.
    /// </summary>
    /// <remarks>On the CPU, a thread's second call with the same number of images allocates nothing.</remarks>
    /// <param name="images">[N, 28, 28] bytes: 0 is background, 255 is ink.</param>
    /// <param name="predictions">Receives the N predictions.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="images"/> does not have a multiple of 784 bytes, or <paramref name="predictions"/> is too short.
    /// </exception>
    /// <exception cref="DigitModelException">
    /// The model's graph does not match its declared inputs and outputs, or an output is not finite. The first run also
    /// throws if the outputs are not probabilities.
    /// </exception>
    /// <exception cref="DigitDeviceException">
    /// A device other than the CPU was lost, ran out of memory, or returned a value that is not finite.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public void ClassifyPrepared(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions)
    {
        CountImages(images, predictions);
        ObjectDisposedException.ThrowIf(!_use.TryEnter(), this);
        try
        {
            BatchRunner runner = _runners.Rent();
            try
            {
                long start = Stopwatch.GetTimestamp();
                runner.Run(images, predictions, _threshold);
                ClassifierMetrics.Record(ClassifierMetrics.Run, start);
            }
            finally
            {
                _runners.Return(runner);
            }
        }
        finally
        {
            _use.Leave();
        }
    }

    /// <summary>
    /// Releases the network's memory once the calls in progress have returned. Later calls throw
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _use.Release();

    private void Free()
    {
        _runners.Dispose();
        _session.Dispose();
    }

    private static int CountImages(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions)
    {
        (int count, int remainder) = Math.DivRem(images.Length, ImageLength);
        if (remainder != 0)
        {
            throw new ArgumentException(
                $"Each image has {ImageLength} bytes, but {images.Length} is not a multiple of it.", nameof(images));
        }
        if (predictions.Length < count)
        {
            throw new ArgumentException(
                $"There are {count} images, but room for only {predictions.Length} predictions.", nameof(predictions));
        }
        return count;
    }
}
