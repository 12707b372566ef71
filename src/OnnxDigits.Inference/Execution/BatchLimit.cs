namespace OnnxDigits.Inference.Execution;

/// <summary>
/// The largest batch of a session, shared by all its runners. It is halved whenever a batch fails on a device.
/// </summary>
/// <param name="images">The largest batch at the start.</param>
internal sealed class BatchLimit(int images)
{
    /// <summary>The largest batch on the CPU. Larger ones do not fit into its caches.</summary>
    public const int OfCpu = 64;

    /// <summary>
    /// The default limit on other devices. With twice as many images, the output of the first convolution would exceed
    /// 128 MiB, the buffer size that WebGPU guarantees.
    /// </summary>
    public const int OfDevice = 1024;

    // Few sizes, so that a runner binds little memory and a device compiles few shapes.
    private static readonly int[] Sizes = [16384, 4096, 1024, 256, 64, 8, 1];

    private readonly object _gate = new();
    private volatile int _images = images;
    private volatile string? _notice;

    public int Images => _images;

    /// <summary>Gets the last failure and the new limit, or <see langword="null"/> if no batch has failed.</summary>
    public string? Notice => _notice;

    /// <summary>Halves the limit, once for all runners in which the same batch size failed.</summary>
    /// <param name="failed">The size of the failed batch, at least 2.</param>
    /// <param name="reason">The runtime's error.</param>
    public void Halve(int failed, string reason)
    {
        lock (_gate)
        {
            if (_images < failed) return;
            _images = failed / 2;
            _notice = $"A batch of {failed} images failed ({reason}), so batches are limited to {_images}.";
        }
    }

    /// <summary>
    /// Returns the size of the next batch: the limit, or the largest of the sizes that is at most
    /// <paramref name="count"/>.
    /// </summary>
    public int Fit(int count)
    {
        int images = _images;
        if (count >= images) return images;
        int i = 0;
        while (Sizes[i] > count) i++;
        return Sizes[i];
    }
}
