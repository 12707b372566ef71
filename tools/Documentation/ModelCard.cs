using System.Globalization;
using System.Text.RegularExpressions;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What the card beside a shipped model says.</summary>
/// <param name="Parameters">As the card writes it.</param>
/// <param name="Seeds">How many were trained.</param>
/// <param name="MeanAccuracy">Of all seeds on the test images.</param>
/// <param name="MeanWithoutDisputed">The same without the disputed labels; null where it was not measured.</param>
/// <param name="ShippedAccuracy">Of the seed whose file is shipped.</param>
internal sealed record ModelCard(string Parameters, int Seeds, string MeanAccuracy, string? MeanWithoutDisputed, double ShippedAccuracy)
{
    public static ModelCard Parse(string card)
    {
        string parameters = Regex.Match(card, @"^\| parameters \| ([\d,]+) \|", RegexOptions.Multiline).Groups[1].Value;
        string seed = Regex.Match(card, @"^\| this file \| seed (\d+)", RegexOptions.Multiline).Groups[1].Value;
        string[][] rows = [.. Regex.Matches(card, @"^\| (\d+|\*\*mean\*\*) \|.*$", RegexOptions.Multiline)
            .Select(match => match.Value.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 5)];
        string[] mean = rows[^1];
        return new ModelCard(
            parameters,
            rows.Length - 1,
            mean[4],
            mean.Length > 5 ? mean[5] : null,
            double.Parse(rows.First(cells => cells[0] == seed)[4], CultureInfo.InvariantCulture));
    }
}
