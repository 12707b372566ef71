namespace OnnxDigits.Tools.Fuzz;

/// <summary>Which inputs: number n of a seed is the same input in every run and process.</summary>
internal sealed record Plan(string Command, long Seed, long First, long Count)
{
    public long End => First + Count;

    /// <summary>Equal parts, one after the other.</summary>
    public IEnumerable<Plan> Split(int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            long start = First + Count * i / parts, end = First + Count * (i + 1) / parts;
            if (end > start)
                yield return this with { First = start, Count = end - start };
        }
    }

    /// <summary>What remains behind an input.</summary>
    public Plan After(long index) => this with { First = index + 1, Count = End - index - 1 };
}
