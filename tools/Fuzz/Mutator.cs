namespace OnnxDigits.Tools.Fuzz;

/// <summary>Creates inputs by changing valid ones in a few places.</summary>
internal sealed class Mutator(byte[][] seeds)
{
    private readonly byte[][] _pngs = [.. seeds.Where(PngMutations.IsPng)];

    /// <summary>Returns the input of a number. It depends only on the seeds and the number.</summary>
    public byte[] Create(int seed, long number)
    {
        var random = new Random(HashCodeOf(seed, number));
        byte[] input = Pick(seeds, random);
        if (PngMutations.IsPng(input) && random.Next(100) < 70)
        {
            input = PngMutations.Apply(input, Pick(_pngs, random), random);
            if (random.Next(4) > 0) return input;
        }

        // Most inputs have one to three changes. With more changes, they only fail earlier.
        do
        {
            input = ByteMutations.Apply(input, Pick(seeds, random), random);
        }
        while (random.Next(2) == 0);
        return input;
    }

    private static byte[] Pick(byte[][] inputs, Random random) => inputs[random.Next(inputs.Length)];

    // The finalizer of SplitMix64. Neighbouring numbers give unrelated inputs, which are the same in every process.
    private static int HashCodeOf(int seed, long number)
    {
        ulong value = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)number;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return (int)(value ^ (value >> 31));
    }
}
