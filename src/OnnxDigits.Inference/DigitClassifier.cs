using System.Diagnostics;
using OnnxDigits.Inference.Execution;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference;

/// <summary>
/// Reads handwritten digits with one trained network. Immutable and safe to call from many threads at once; make one
/// and keep it.
/// </summary>
/// <example>
/// <code>
/// using var classifier = new DigitClassifier();
/// DigitPrediction prediction = classifier.Classify(pixels); // 784 bytes, row by row
/// Console.WriteLine($"{prediction.Digit} {prediction.Confidence:P0}");
/// </code>
/// </example>
public sealed partial class DigitClassifier : IDisposable
{
    /// <summary>The bytes of one image in MNIST's form: 28 rows of 28 pixels, 0 = background.</summary>
    public const int ImageLength = DigitPreprocessing.OutputLength;

    // They fit on the stack.
    private const int Block = 64;

    private readonly DeviceSession _session;
    private readonly InferenceLanePool _lanes;
    private readonly float _threshold;
    private readonly UseCount _use;
    private readonly ModelInfo _info;

    private DigitClassifier(ModelSource model, DigitClassifierOptions options)
    {
        _session = DeviceSessionFactory.Create(
            DeviceName.Parse(options.Device),
            new(model.Bytes, model.Name, options.IntraOpThreads, options.ProviderLibraries) { BatchSize = options.BatchSize });
        _lanes = new InferenceLanePool(_session);
        _use = new UseCount(Free);
        _threshold = options.ConfidenceThreshold;
        _info = model.Info.GetAwaiter().GetResult() with
        {
            Provider = _session.Provider,
            Device = _session.Device.ToString(),
            DeviceDescription = _session.Description,
            NodesOnDevice = _session.Placement?.OnDevice,
            CpuOperators = _session.Placement?.CpuOperators ?? [],
            DeviceNotice = _session.Notice,
            BatchSize = _session.Limit.Images,
        };
    }

    /// <summary>What the model is, and the device and provider that run it.</summary>
    public ModelInfo Info => _session.Limit.Notice is { } halved
        ? _info with { BatchSize = _session.Limit.Images, DeviceNotice = $"{_session.Notice} {halved}".TrimStart() }
        : _info;

    /// <summary>Reads the digit on one 28×28 grey image of any polarity and placement.</summary>
    /// <param name="pixels">784 bytes, row by row from the top left.</param>
    /// <exception cref="ArgumentException">There are not 784 bytes.</exception>
    public DigitPrediction Classify(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length != ImageLength)
            throw new ArgumentException(
                $"A 28×28 image has {ImageLength} bytes, but {pixels.Length} were given; "
                + "for other sizes pass a RasterImage.", nameof(pixels));
        return Classify(new RasterImage(pixels, 28, 28, PixelLayout.Gray8));
    }

    /// <summary>Reads the digit on a picture of any size; see <see cref="DigitPreprocessing"/> for what is done to it.</summary>
    public DigitPrediction Classify(RasterImage raster) => Classify(raster, out _);

    /// <summary>Reads the digit on a picture of any size, and says what that took.</summary>
    /// <param name="raster">The picture.</param>
    /// <param name="details">Whether the picture was inverted, and how the time was spent.</param>
    public DigitPrediction Classify(RasterImage raster, out ClassificationDetails details)
    {
        Span<byte> image = stackalloc byte[ImageLength];
        long start = Stopwatch.GetTimestamp();
        var prepared = DigitPreprocessing.Apply(raster, image);
        long ready = Stopwatch.GetTimestamp();
        ClassifierMetrics.Record(ClassifierMetrics.Preprocessing, start, ready);
        if (prepared.IsBlank)
        {
            details = new(prepared.Inverted, Stopwatch.GetElapsedTime(start, ready), TimeSpan.Zero);
            return DigitPrediction.Blank;
        }
        Span<float> scores = stackalloc float[10];
        Predict(image, scores);
        details = new(prepared.Inverted, Stopwatch.GetElapsedTime(start, ready), Stopwatch.GetElapsedTime(ready));
        return DigitPrediction.FromScores(scores, _threshold);
    }

    /// <summary>Reads many 28×28 grey images, each prepared as by <see cref="Classify(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="images">The images one after the other, 784 bytes each.</param>
    /// <param name="predictions">Receives one prediction per image; at least as long as there are images.</param>
    /// <exception cref="ArgumentException">The length of a span is wrong.</exception>
    public void Classify(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions)
    {
        int count = CountImages(images, predictions.Length, nameof(predictions));
        // A device wants more at once than the stack holds.
        int block = Math.Max(Block, Math.Min(_session.Limit.Images, count));
        Span<byte> prepared = block == Block ? stackalloc byte[ImageLength * Block] : new byte[ImageLength * block];
        Span<float> scores = block == Block ? stackalloc float[10 * Block] : new float[10 * block];
        Span<bool> blank = block == Block ? stackalloc bool[Block] : new bool[block];
        for (int start = 0; start < count; start += block)
        {
            int size = Math.Min(block, count - start);
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < size; i++)
            {
                var raster = new RasterImage(images.Slice((start + i) * ImageLength, ImageLength), 28, 28, PixelLayout.Gray8);
                blank[i] = DigitPreprocessing.Apply(raster, prepared.Slice(i * ImageLength, ImageLength)).IsBlank;
            }
            ClassifierMetrics.Record(ClassifierMetrics.Preprocessing, begin, Stopwatch.GetTimestamp());
            Predict(prepared[..(size * ImageLength)], scores);
            for (int i = 0; i < size; i++)
                predictions[start + i] = blank[i]
                    ? DigitPrediction.Blank
                    : DigitPrediction.FromScores(scores.Slice(i * 10, 10), _threshold);
        }
    }

    /// <summary>
    /// Runs the network on images that are already in MNIST's form (see <see cref="DigitPreprocessing"/>), as they
    /// are: no preprocessing, no threshold. On the CPU it allocates nothing once every thread has made a call of that size.
    /// </summary>
    /// <param name="images">[N, 28, 28] bytes, 0 = background, 255 = ink.</param>
    /// <param name="probabilities">Receives [N, 10] probabilities, each row summing to 1.</param>
    /// <exception cref="ArgumentException">The length of a span is wrong.</exception>
    /// <exception cref="DigitModelException">
    /// The model's graph is not what its inputs and outputs declare, or gives what is no number.
    /// </exception>
    /// <exception cref="DigitDeviceException">
    /// A device other than the CPU was lost, ran out of memory, or gave what is no number.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier was disposed of.</exception>
    public void Predict(ReadOnlySpan<byte> images, Span<float> probabilities)
    {
        CountImages(images, probabilities.Length / 10, nameof(probabilities));
        ObjectDisposedException.ThrowIf(!_use.TryEnter(), this);
        try
        {
            var lane = _lanes.Rent();
            try
            {
                long start = Stopwatch.GetTimestamp();
                lane.Run(images, probabilities);
                ClassifierMetrics.Record(ClassifierMetrics.Run, start, Stopwatch.GetTimestamp());
            }
            finally
            {
                _lanes.Return(lane);
            }
        }
        finally
        {
            _use.Leave();
        }
    }

    /// <summary>Frees the network's memory, behind the last call that is still running; later calls throw.</summary>
    public void Dispose() => _use.Release();

    private void Free()
    {
        _lanes.Dispose();
        _session.Dispose();
    }

    private static int CountImages(ReadOnlySpan<byte> images, int room, string parameter)
    {
        var (count, remainder) = Math.DivRem(images.Length, ImageLength);
        if (remainder != 0)
            throw new ArgumentException(
                $"Images have {ImageLength} bytes each, but {images.Length} bytes are no multiple of it.", nameof(images));
        if (room < count)
            throw new ArgumentException($"There is room for the results of {room} images, but {count} were given.", parameter);
        return count;
    }
}
