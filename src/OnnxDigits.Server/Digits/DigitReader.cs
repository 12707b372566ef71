using System.Threading.RateLimiting;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Server.Batching;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;
using Shared;

namespace OnnxDigits.Server.Digits;

/// <summary>Represents an image file of a request.</summary>
/// <param name="Name">The name that the caller gave.</param>
/// <param name="File">The content of the file.</param>
internal readonly record struct Picture(string Name, ReadOnlyMemory<byte> File);

/// <summary>Reads the digits on image files. A file that can't be read becomes a row with its reason.</summary>
internal sealed class DigitReader : IDisposable
{
    private readonly DigitClassifier _classifier;
    private readonly ServerMetrics _metrics;
    private readonly ServerOptions _options;
    private readonly ImageFileOptions _limits;
    private readonly ConcurrencyLimiter _decoders;
    private readonly RequestQueue<byte[], DigitPrediction[]> _queue;

    public DigitReader(DigitClassifier classifier, ServerOptions options, ServerMetrics metrics)
    {
        (_classifier, _options, _metrics) = (classifier, options, metrics);
        _limits = new() { MaxPixels = options.MaxPixels };
        _decoders = new(new()
        {
            PermitLimit = ServerOptions.OrProcessors(options.Decoders),
            QueueLimit = options.QueueLength,
        });
        _queue = new(
            QueueSettings.Of(options, classifier.Info.BatchSize), metrics.Of(DigitsModel.ModelName),
            canJoin: (_, _) => true, Classify);
    }

    /// <summary>Reads one digit on each picture.</summary>
    /// <exception cref="ProtocolException">There are too many pictures, or too many wait.</exception>
    public async Task<ResultRow[]> ReadAsync(IReadOnlyList<Picture> pictures, CancellationToken cancellationToken)
    {
        byte[] images = new byte[pictures.Count * DigitClassifier.ImageLength];
        var rows = await DecodeAsync(pictures, cancellationToken, (i, row, decoded) =>
        {
            var image = images.AsMemory(i * DigitClassifier.ImageLength, DigitClassifier.ImageLength);
            var prepared = DigitPreprocessing.Apply(decoded.Raster, image.Span);
            return row with { Prepared = prepared, Inverted = prepared.Inverted, Image = image };
        }).ConfigureAwait(false);
        if (rows.Length == 0) return rows;
        var predictions = await _queue.RunAsync(images, rows.Length, cancellationToken).ConfigureAwait(false);
        return Count([.. rows.Zip(predictions, (row, prediction) => row.With(prediction))]);
    }

    /// <summary>Reads all digits on each picture.</summary>
    /// <exception cref="ProtocolException">There are too many pictures, or too many wait.</exception>
    public async Task<ResultRow[]> ReadAllAsync(IReadOnlyList<Picture> pictures, CancellationToken cancellationToken) =>
        Count(await DecodeAsync(
            pictures, cancellationToken,
            (_, row, decoded) => row.With(_classifier.ReadAll(decoded.Raster), decoded)).ConfigureAwait(false));

    public void Dispose()
    {
        _queue.Dispose();
        _decoders.Dispose();
    }

    private async Task<ResultRow[]> DecodeAsync(
        IReadOnlyList<Picture> pictures, CancellationToken cancellationToken,
        Func<int, ResultRow, DecodedImage, ResultRow> read)
    {
        if (pictures.Count > _options.MaxImages)
        {
            throw new ProtocolException(
                $"The request has {pictures.Count} pictures, but this server takes at most {_options.MaxImages}.",
                StatusCodes.Status413PayloadTooLarge);
        }
        var rows = new ResultRow[pictures.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            using var turn = await _decoders.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
            if (!turn.IsAcquired)
            {
                throw new ProtocolException(
                    "Too many pictures wait for a decoder. Try again later.", StatusCodes.Status429TooManyRequests);
            }
            rows[i] = Decode(i);
        }
        return rows;

        ResultRow Decode(int i)
        {
            var row = new ResultRow(pictures[i].Name, Label: null, _classifier.Info.Name);
            try
            {
                // Passes no name, so that the message doesn't repeat a name that the caller chose.
                var decoded = ImageFile.Decode(pictures[i].File.Span, name: null, _limits);
                return read(i, row with { Width = decoded.Width, Height = decoded.Height }, decoded);
            }
            catch (ImageFileException e)
            {
                return row with { Error = e.Message };
            }
        }
    }

    private IReadOnlyList<DigitPrediction[]> Classify(IReadOnlyList<byte[]> requests)
    {
        byte[] images = requests is [var only] ? only : [.. requests.SelectMany(request => request)];
        var predictions = new DigitPrediction[images.Length / DigitClassifier.ImageLength];
        _classifier.ClassifyPrepared(images, predictions);
        var results = new DigitPrediction[requests.Count][];
        int start = 0;
        for (int i = 0; i < results.Length; i++)
        {
            int count = requests[i].Length / DigitClassifier.ImageLength;
            results[i] = predictions[start..(start + count)];
            start += count;
        }
        return results;
    }

    private ResultRow[] Count(ResultRow[] rows)
    {
        foreach (var row in rows) _metrics.Pictures.Add(1, new KeyValuePair<string, object?>("status", row.Status));
        return rows;
    }
}
