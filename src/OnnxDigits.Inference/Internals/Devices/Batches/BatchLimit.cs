namespace OnnxDigits.Inference.Internals.Devices.Batches;

/// <summary>How many images a session runs at once, and the sizes of batch below that.</summary>
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

    public int Images => images;

    /// <summary>The largest batch that so many images fill.</summary>
    public int Fit(int count)
    {
        if (count >= images)
            return images;
        int i = 0;
        while (Sizes[i] > count)
            i++;
        return Sizes[i];
    }
}
