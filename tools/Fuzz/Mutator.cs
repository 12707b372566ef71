using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Makes input number n of a seed: a right one, changed at a few places.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds)
{
    public byte[] Create(long seed, long index)
    {
        var random = new Random((int)Mix((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)index));
        byte[] input = Pick(random);
        if (IsPng(input) && random.Next(100) < 70)
        {
            input = PngMutations.Apply(input, PickPng(random), random);
            if (random.Next(4) > 0)
                return input;
        }
        // Most inputs have one to three changes: more of them only fail earlier.
        do
            input = ByteMutations.Apply(input, () => Pick(random), random);
        while (random.Next(2) == 0);
        return input;
    }

    private static bool IsPng(byte[] input) => input is [0x89, (byte)'P', ..];

    private byte[] Pick(Random random) => seeds[random.Next(seeds.Count)];

    private List<PngChunk> PickPng(Random random)
    {
        byte[] other;
        do
            other = Pick(random);
        while (!IsPng(other));
        return Png.Split(other);
    }

    // The finalizer of SplitMix64: neighbours give unrelated numbers.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
