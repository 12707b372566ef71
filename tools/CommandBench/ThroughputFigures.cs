using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The command on a folder beside its parts, images per second unless it says otherwise.</summary>
/// <param name="Files">PNG files of 28×28.</param>
/// <param name="Threads">Of the machine, which all of them used.</param>
/// <param name="Network">The network.</param>
/// <param name="Sha256">Its file's digest.</param>
/// <param name="Decoding">Decoding alone.</param>
/// <param name="Running">The network alone.</param>
/// <param name="Both">What both can reach on threads that they share.</param>
/// <param name="Infer">The command, its start and its rows included.</param>
/// <param name="OfBoth">The command over both.</param>
/// <param name="OfSlower">The command over the slower of decoding and the network alone.</param>
internal sealed record ThroughputFigures(
    int Files, int Threads, string Network, string Sha256, Spread Decoding, Spread Running, Spread Both, Spread Infer, Spread OfBoth, Spread OfSlower)
{
    public static ThroughputFigures Of(int files, string network, string sha256, IReadOnlyList<ThroughputRound> rounds) => new(
        files, Environment.ProcessorCount, network, sha256,
        Rate(rounds.Select(round => round.Decoding)), Rate(rounds.Select(round => round.Running)), Rate(rounds.Select(round => round.Both)),
        Rate(rounds.Select(round => round.Infer)), Ratio(rounds.Select(round => round.OfBoth)), Ratio(rounds.Select(round => round.OfSlower)));

    private static Spread Rate(IEnumerable<double> values) => Spread.Of(values, 0);

    private static Spread Ratio(IEnumerable<double> values) => Spread.Of(values, 2);
}

/// <summary>One turn of each.</summary>
/// <param name="Decoding">Decoding alone on all threads.</param>
/// <param name="Running">The network alone on all threads.</param>
/// <param name="Infer">The command.</param>
internal sealed record ThroughputRound(double Decoding, double Running, double Infer)
{
    // Each alone has all threads; together they share them, and no program can be faster than this.
    public double Both => 1 / (1 / Decoding + 1 / Running);

    public double OfBoth => Infer / Both;

    public double OfSlower => Infer / Math.Min(Decoding, Running);
}
