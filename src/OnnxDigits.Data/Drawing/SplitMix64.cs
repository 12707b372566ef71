namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014): 64 bits of state, so
/// each image can have a generator of its own and the order of drawing does not matter.
/// </summary>
internal struct SplitMix64(long seed, long stream)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state = Mix((ulong)seed + Gamma) ^ Mix(unchecked((ulong)stream * Gamma));

    public ulong Next() => Mix(_state += Gamma);

    /// <summary>0 ≤ x &lt; 1, a multiple of 2⁻⁵³.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double low, double high) => low + ((high - low) * Unit());

    /// <summary>
    /// Nearly normal: four uniforms summed (Irwin–Hall), since a logarithm may differ between platforms.
    /// </summary>
    public double Normal(double deviation)
    {
        var sum = Unit() + Unit() + Unit() + Unit();
        // The sum has variance 4/12.
        return (sum - 2) * 1.7320508075688772 * deviation;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
