namespace OnnxDigits.Training.Loop;

/// <summary>The order of the training images: the seed and the number of the epoch decide it.</summary>
internal sealed class ImageOrder(int count, long seed)
{
    private readonly Random _random = new(unchecked((int)seed));
    private readonly long[] _order = [.. Enumerable.Range(0, count).Select(i => (long)i)];
    private int _epoch;

    /// <summary>Indices 0..count − 1, valid until the next call.</summary>
    /// <param name="epoch">1 or more, and never less than in the call before.</param>
    public long[] Of(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, _epoch);

        // Each epoch shuffles the order of the one before, so a run that is gone on with shuffles through them all.
        for (; _epoch < epoch; _epoch++) _random.Shuffle(_order);
        return _order;
    }
}
