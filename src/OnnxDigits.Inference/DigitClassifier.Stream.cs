using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>
    /// Reads the images of a queue in its order, each prepared as by <see cref="Classify(ReadOnlySpan{byte})"/>, until
    /// the queue is completed. What waits in the queue, up to 64 images, is run as one batch.
    /// </summary>
    /// <param name="images">28×28 grey images, 784 bytes each; unchanged until their predictions are there.</param>
    /// <param name="cancellationToken">Ends the waiting and the stream; what is in the queue stays there.</param>
    /// <returns>One prediction per image. The network runs on the thread that asks for the next prediction.</returns>
    /// <exception cref="ArgumentException">An image does not have 784 bytes; those before it are read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <example>
    /// <code>
    /// var queue = Channel.CreateBounded&lt;ReadOnlyMemory&lt;byte&gt;&gt;(1024);
    /// // elsewhere: await queue.Writer.WriteAsync(pixels); and in the end queue.Writer.Complete();
    /// await foreach (DigitPrediction prediction in classifier.ClassifyAsync(queue.Reader))
    ///     Console.WriteLine(prediction);
    /// </code>
    /// </example>
    public IAsyncEnumerable<DigitPrediction> ClassifyAsync(
        ChannelReader<ReadOnlyMemory<byte>> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ObjectDisposedException.ThrowIf(_use.IsOver, this);
        return ClassifyQueue(images, cancellationToken);
    }

    private async IAsyncEnumerable<DigitPrediction> ClassifyQueue(
        ChannelReader<ReadOnlyMemory<byte>> images, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] batch = new byte[Block * ImageLength];
        var predictions = new DigitPrediction[Block];
        while (await images.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            int count = 0;
            int? wrongLength = null;
            while (count < Block && wrongLength is null && images.TryRead(out var image))
            {
                if (image.Length == ImageLength)
                    image.Span.CopyTo(batch.AsSpan(count++ * ImageLength));
                else
                    wrongLength = image.Length;
            }
            Classify(batch.AsSpan(0, count * ImageLength), predictions);
            for (int i = 0; i < count; i++)
                yield return predictions[i];
            if (wrongLength is { } length)
                throw new ArgumentException(
                    $"A 28×28 image has {ImageLength} bytes, but one of the queue has {length}.", nameof(images));
        }
    }
}
