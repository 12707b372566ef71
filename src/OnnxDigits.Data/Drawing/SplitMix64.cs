namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Generates random numbers by SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014). Its 64 bits of state are cheap enough for a generator per image, so images can be drawn in any order.
/// </summary>
/// <remarks>
/// Uses only operations that IEEE 754 defines exactly, because library functions differ between platforms.
/// </remarks>
internal struct SplitMix64(long seed, long stream)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state = Mix((ulong)seed + Gamma) ^ Mix(unchecked((ulong)stream * Gamma));

    public ulong Next() => Mix(_state += Gamma);

    /// <summary>Returns a multiple of 2⁻⁵³ in the range 0 ≤ x &lt; 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double low, double high) => low + ((high - low) * Unit());

    /// <summary>
    /// Returns a nearly normal number with mean 0, from the sum of four uniform numbers (Irwin–Hall).
    /// </summary>
    public double Normal(double deviation)
    {
        double sum = Unit() + Unit() + Unit() + Unit();
        // The sum has variance 4/12.
        return (sum - 2) * 1.7320508075688772 * deviation;
    }

    /// <summary>
    /// Returns 2ˣ for a nearly normal number x, by the first terms of the series. The error is below 1 % for |x| ≤
    /// 1.25.
    /// </summary>
    public double LogNormal(double deviation)
    {
        double x = Normal(deviation);
        return 1 + (x * (0.6931 + (x * (0.2402 + (x * (0.0555 + (x * 0.0096)))))));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
