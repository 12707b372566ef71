namespace OnnxDigits.Tools.CommandBench;

/// <summary>Peak memory of the command for longer and longer lists of paths to one file.</summary>
internal static class Memory
{
    public static IReadOnlyList<MemoryFigure> Write(string file)
    {
        var figures = new List<MemoryFigure>();
        foreach (int count in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            var (seconds, peak) = Infer.Run(Enumerable.Repeat(Path.GetFullPath(file), count), "--files-from", "-", "-q", "-f", "csv");
            figures.Add(new(count, Math.Round(peak)));
            Console.WriteLine(FormattableString.Invariant($"{count} paths: {peak:0} MiB, {count / seconds:0} images/s"));
        }
        return figures;
    }
}

/// <summary>One list.</summary>
/// <param name="Paths">On it.</param>
/// <param name="MiB">The peak of resident memory.</param>
internal sealed record MemoryFigure(int Paths, double MiB);
