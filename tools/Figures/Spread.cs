namespace OnnxDigits.Tools.Figures;

/// <summary>What rounds of one measurement came to.</summary>
/// <param name="Least">The lowest.</param>
/// <param name="Median">The one in the middle; of an even number the upper.</param>
/// <param name="Most">The highest.</param>
public sealed record Spread(double Least, double Median, double Most)
{
    /// <param name="values">At least one.</param>
    /// <param name="digits">Behind the point, 0..15.</param>
    public static Spread Of(IEnumerable<double> values, int digits)
    {
        double[] ordered = [.. values.Select(value => Math.Round(value, digits)).Order()];
        return new(ordered[0], ordered[ordered.Length / 2], ordered[^1]);
    }

    /// <summary>A row of a table: a name, and the three as <paramref name="format"/> has them.</summary>
    public IReadOnlyList<string> Row(string name, string format) => [name, Least.Text(format), Median.Text(format), Most.Text(format)];
}
