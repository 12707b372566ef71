using System.Threading.Channels;

namespace OnnxDigits.Inference.Tests;

public sealed class StreamTests : IDisposable
{
    private const int Length = DigitClassifier.ImageLength;

    private readonly DigitClassifier _classifier =
        DigitClassifier.Load(new TinyModel().Encode(), new() { Device = "cpu" });
    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    public void Dispose() => _classifier.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(150)]
    public async Task ClassifyAsync_FullQueue_GivesEachItsPredictionInOrder(int count)
    {
        byte[][] images = Images(count);
        foreach (byte[] image in images) await _queue.Writer.WriteAsync(image, TestContext.Current.CancellationToken);
        _queue.Writer.Complete();

        var predictions = await _classifier.ClassifyAsync(_queue.Reader, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(count, predictions.Count);
        for (int i = 0; i < count; i++) Assert.Equal(_classifier.Classify(images[i]).Scores, predictions[i].Scores);
    }

    [Fact]
    public async Task ClassifyAsync_SlowWriter_GivesEveryPredictionAtOnce()
    {
        await using var predictions = _classifier.ClassifyAsync(_queue.Reader, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        foreach (byte[] image in Images(3))
        {
            var next = predictions.MoveNextAsync();
            Assert.False(next.IsCompleted, "There is no image to predict.");
            await _queue.Writer.WriteAsync(image, TestContext.Current.CancellationToken);
            Assert.True(await next);
            Assert.Equal(_classifier.Classify(image).Scores, predictions.Current.Scores);
        }
        _queue.Writer.Complete();
        Assert.False(await predictions.MoveNextAsync());
    }

    [Fact]
    public async Task ClassifyAsync_ImageOfAnotherLength_EndsAfterThoseBeforeIt()
    {
        byte[][] images = Images(3);
        foreach (byte[] image in new[] { images[0], images[1], new byte[783], images[2] })
        {
            await _queue.Writer.WriteAsync(image, TestContext.Current.CancellationToken);
        }

        int seen = 0;
        var error = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (var _ in _classifier.ClassifyAsync(_queue.Reader, TestContext.Current.CancellationToken))
            {
                seen++;
            }
        });
        Assert.Equal(2, seen);
        Assert.Contains("783", error.Message);
    }

    [Fact]
    public async Task ClassifyAsync_Cancelled_StopsWaiting()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var predictions = _classifier.ClassifyAsync(_queue.Reader, cancel.Token)
            .GetAsyncEnumerator(cancel.Token);
        var next = predictions.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task ClassifyAsync_WriterFails_ThrowsItsError()
    {
        _queue.Writer.Complete(new IOException("the camera is gone"));
        await Assert.ThrowsAsync<IOException>(async () =>
            await _classifier.ClassifyAsync(_queue.Reader, TestContext.Current.CancellationToken)
                .CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void ClassifyAsync_NullOrDisposed_ThrowsAtTheCall()
    {
        var token = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentNullException>(() => { _ = _classifier.ClassifyAsync(null!, token); });
        _classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = _classifier.ClassifyAsync(_queue.Reader, token); });
    }

    private static byte[][] Images(int count)
    {
        byte[] pixels = new byte[count * Length];
        new Random(8).NextBytes(pixels);
        return [.. pixels.Chunk(Length)];
    }
}
