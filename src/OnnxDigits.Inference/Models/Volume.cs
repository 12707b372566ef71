namespace OnnxDigits.Inference.Models;

/// <summary>Counts the values of a tensor.</summary>
internal static class Volume
{
    /// <summary>The limit for one tensor and for all weights together: 64 MiB as float32.</summary>
    public const long Most = 16 << 20;

    /// <summary>
    /// Returns the product of non-negative sizes, or <see langword="null"/> if it or a size exceeds <see cref="Most"/>.
    /// </summary>
    public static long? Of(IEnumerable<long> sizes)
    {
        long values = 1;
        foreach (long size in sizes)
        {
            // Both factors are at most Most, so the product does not overflow.
            if (size > Most || (values *= size) > Most) return null;
        }
        return values;
    }
}
