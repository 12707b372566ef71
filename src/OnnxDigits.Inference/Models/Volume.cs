namespace OnnxDigits.Inference.Models;

/// <summary>How many values a tensor of some size has.</summary>
internal static class Volume
{
    /// <summary>The most values of one tensor, and of all weights together: 64 MiB as float32.</summary>
    public const long Most = 16 << 20;

    /// <summary>The product of sizes from 0; null where it, or a size, is above <see cref="Most"/>.</summary>
    public static long? Of(IEnumerable<long> sizes)
    {
        long values = 1;
        foreach (long size in sizes)
        {
            // Both are at most Most, so the product cannot overflow.
            if (size > Most || (values *= size) > Most)
                return null;
        }
        return values;
    }
}
