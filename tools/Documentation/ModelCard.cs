using System.Globalization;
using System.Text.RegularExpressions;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What the card beside a shipped model says, in the card's own digits.</summary>
internal sealed record ModelCard
{
    public required string Parameters { get; init; }

    /// <summary>Every seed that was trained.</summary>
    public required IReadOnlyList<SeedResult> Runs { get; init; }

    /// <summary>Of all seeds.</summary>
    public required SeedResult Mean { get; init; }

    /// <summary>The seed whose file is shipped.</summary>
    public required SeedResult Shipped { get; init; }

    public static ModelCard Parse(string card)
    {
        string seed = Regex.Match(card, @"^\| this file \| seed (\d+)", RegexOptions.Multiline).Groups[1].Value;
        SeedResult[] rows = [.. Regex.Matches(card, @"^\| (\d+|\*\*mean\*\*) \|.*$", RegexOptions.Multiline)
            .Select(match => match.Value.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 5)
            .Select(cells => new SeedResult(cells[0], cells[4], cells.ElementAtOrDefault(5)))];
        return new ModelCard
        {
            Parameters = Regex.Match(card, @"^\| parameters \| ([\d,]+) \|", RegexOptions.Multiline).Groups[1].Value,
            Runs = rows[..^1],
            Mean = rows[^1],
            Shipped = rows.First(row => row.Seed == seed),
        };
    }
}

/// <summary>A network's accuracy on the test images.</summary>
/// <param name="Seed">Of the run, or what the card writes in its place.</param>
/// <param name="Accuracy">0..1.</param>
/// <param name="WithoutDisputed">The same without the disputed labels; null where it was not measured.</param>
internal sealed record SeedResult(string Seed, string Accuracy, string? WithoutDisputed)
{
    public double Value => double.Parse(Accuracy, CultureInfo.InvariantCulture);
}
