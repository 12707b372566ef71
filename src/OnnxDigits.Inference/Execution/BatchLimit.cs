namespace OnnxDigits.Inference.Execution;

/// <summary>
/// How many images a session runs at once, and the sizes of batch below that. Shared by all lanes of a session: a device
/// that fails at a batch gets half of it from then on.
/// </summary>
/// <param name="images">The largest batch.</param>
internal sealed class BatchLimit(int images)
{
    /// <summary>The CPU's caches hold no more.</summary>
    public const int OfCpu = 64;

    /// <summary>
    /// A device needs many images at once to be worth the way there. Of twice as many, the first convolution's result would
    /// not fit in 128 MiB, the buffer that WebGPU promises on every device.
    /// </summary>
    public const int OfDevice = 1024;

    // Few, so that a lane binds little memory and a device compiles for few shapes.
    private static readonly int[] Sizes = [16384, 4096, 1024, 256, 64, 8, 1];

    private readonly Lock _gate = new();
    private volatile int _images = images;
    private volatile string? _notice;

    public int Images => _images;

    /// <summary>At what the device failed and how it goes on; null when it did not.</summary>
    public string? Notice => _notice;

    /// <summary>Makes batches smaller than one that failed, once for however many lanes failed at it.</summary>
    /// <param name="failed">The size of that batch, more than one image.</param>
    /// <param name="reason">What the runtime said.</param>
    public void Halve(int failed, string reason)
    {
        lock (_gate)
        {
            if (_images < failed)
                return;
            _images = failed / 2;
            _notice = $"A batch of {failed} images failed ({reason}), so at most {_images} are run at once.";
        }
    }

    /// <summary>The largest batch that so many images fill.</summary>
    public int Fit(int count)
    {
        int images = _images;
        if (count >= images)
            return images;
        int i = 0;
        while (Sizes[i] > count)
            i++;
        return Sizes[i];
    }
}
