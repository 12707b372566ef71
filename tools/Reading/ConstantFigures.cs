using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Reading;

/// <summary>What the judged constants are chosen to be, and how pictures are read with each at another of its values.</summary>
/// <param name="Networks">SHA-256 of the files of the networks that read, by name.</param>
/// <param name="First">Photographs in the half that the constants are chosen on.</param>
/// <param name="Second">Photographs in the other, which has no say.</param>
/// <param name="Pages">Training images, rendered as files, on which they are chosen too.</param>
/// <param name="Empty">Files without a digit, on which they are chosen too.</param>
/// <param name="Sweeps">How often each constant was asked.</param>
/// <param name="IsSettled">Whether none moved any more.</param>
/// <param name="Chosen">Where the search ended: the constants' values, by name.</param>
/// <param name="Constants">For each constant, what all networks read rightly at each of its values, the others as they were chosen.</param>
/// <param name="Photographs">What each network reads rightly of all photographs with the constants that were chosen.</param>
internal sealed record ConstantFigures(
    Dictionary<string, string> Networks, int First, int Second, int Pages, int Empty,
    int Sweeps, bool IsSettled, Dictionary<string, double> Chosen, Dictionary<string, ConstantReading[]> Constants, Dictionary<string, int> Photographs)
{
    /// <summary>The table, as Markdown.</summary>
    public string ToMarkdown()
    {
        string table = MarkdownTable.Format(
            ["constant", "chosen", "as good", "below", "above", "from", "to"],
            Constants.Select(constant =>
            {
                ConstantReading[] readings = constant.Value;
                int first = Array.FindIndex(readings, reading => reading.IsAsGood), last = Array.FindLastIndex(readings, reading => reading.IsAsGood);
                return (IReadOnlyList<string>)
                [
                    $"`{constant.Key}`",
                    readings.Single(reading => reading.Value == Chosen[constant.Key]).ToText(),
                    $"{Value(readings[first].Value)} to {Value(readings[last].Value)}",
                    first > 0 ? readings[first - 1].ToText() : "",
                    last < readings.Length - 1 ? readings[last + 1].ToText() : "",
                    Value(readings[0].Value),
                    Value(readings[^1].Value),
                ];
            }));
        string end = IsSettled ? "the last of which moved none" : "and then some still moved";
        return $"""
            Chosen on {First} photographs, {Pages} pages and {Empty} empty ones; {Second} photographs had no say. All were asked {Sweeps} times, {end}.

            {table}
            """;
    }

    /// <summary>A constant's value as the tables have it.</summary>
    public static string Value(double value) => value.Text("0.####");
}

/// <summary>Pictures that all networks read rightly.</summary>
/// <param name="Value">The constant's.</param>
/// <param name="First">In the first half of the photographs.</param>
/// <param name="Second">In the second.</param>
/// <param name="Pages">Of the rendered pages.</param>
/// <param name="Empty">Of the empty ones.</param>
/// <param name="IsAsGood">Whether the value is of the plain that the choice is the middle of.</param>
internal sealed record ConstantReading(double Value, int First, int Second, int Pages, int Empty, bool IsAsGood)
{
    public string ToText() => $"{ConstantFigures.Value(Value)}: {First} · {Second} · {Pages} · {Empty}";
}
