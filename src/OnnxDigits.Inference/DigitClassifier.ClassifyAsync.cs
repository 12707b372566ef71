using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace OnnxDigits.Inference;

public sealed partial class DigitClassifier
{
    /// <summary>
    /// Reads the 28×28 grey images of a queue, in their order, until the queue is completed. Up to 64 images that wait
    /// in the queue are run as one batch on the thread pool.
    /// </summary>
    /// <param name="images">Images of 784 bytes. Do not change them before their predictions arrive.</param>
    /// <param name="cancellationToken">Stops reading from the queue. The images left in it stay there.</param>
    /// <returns>One prediction per image.</returns>
    /// <exception cref="ArgumentException">
    /// An image does not have 784 bytes. The predictions of the images before it are returned first.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    /// <example>
    /// <code>
    /// var queue = Channel.CreateBounded&lt;ReadOnlyMemory&lt;byte&gt;&gt;(1024);
    /// // elsewhere: await queue.Writer.WriteAsync(pixels), and queue.Writer.Complete() at the end
    /// await foreach (DigitPrediction prediction in classifier.ClassifyAsync(queue.Reader))
    ///     Console.WriteLine(prediction);
    /// </code>
    /// </example>
    public IAsyncEnumerable<DigitPrediction> ClassifyAsync(
        ChannelReader<ReadOnlyMemory<byte>> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ObjectDisposedException.ThrowIf(_use.IsReleased, this);
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
            while (count < Block && wrongLength is null && images.TryRead(out ReadOnlyMemory<byte> image))
            {
                if (image.Length == ImageLength)
                {
                    image.Span.CopyTo(batch.AsSpan(count++ * ImageLength));
                }
                else
                {
                    wrongLength = image.Length;
                }
            }
            int filled = count * ImageLength;
            await Task.Run(() => Classify(batch.AsSpan(0, filled), predictions), CancellationToken.None)
                .ConfigureAwait(false);
            for (int i = 0; i < count; i++) yield return predictions[i];
            if (wrongLength is { } length)
            {
                throw new ArgumentException(
                    $"A 28×28 image has {ImageLength} bytes, but one in the queue has {length}.", nameof(images));
            }
        }
    }
}
