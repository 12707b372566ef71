using System.Globalization;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as aligned columns for people.</summary>
internal sealed class TableRowWriter : IRowWriter
{
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";
    private const int PathWidthOfLists = 40;

    private readonly TextWriter _writer;
    private readonly int _pathWidth;
    private readonly int _top;
    private readonly bool _usesColor;

    /// <param name="writer">The destination.</param>
    /// <param name="longestPath">The length of the longest path, or <c>null</c> if it is unknown.</param>
    /// <param name="top">The number of the most probable digits in a row, or 0 for none.</param>
    /// <param name="usesColor">Indicates whether rows that need attention are colored.</param>
    public TableRowWriter(TextWriter writer, int? longestPath, int top, bool usesColor)
    {
        _writer = writer;
        _pathWidth = Math.Clamp(longestPath ?? PathWidthOfLists, 4, 80);
        _top = top;
        _usesColor = usesColor;
        string topHeader = top > 0 ? PadTop("top") : "";
        _writer.WriteLine($"{"path".PadRight(_pathWidth)}  label  digit  confidence  {topHeader}status");
    }

    public void Write(ResultRow row)
    {
        string confidence = row.Digit is null
            ? ""
            : (100 * row.Prediction!.Value.Confidence).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        bool differs = row.Digit is { } digit && row.Label is { } label && digit != label;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{OneLine(row.Path).PadRight(_pathWidth)}  {row.Label,5}  {row.Digit,5}  {confidence,10}  "
            + $"{Top(row)}{row.Status}{(differs ? " (label differs)" : "")}");
        if (row.Error is not null) line += ": " + OneLine(row.Error);
        string? color = row.Status switch
        {
            "error" => Red,
            "ok" when !differs => null,
            _ => Yellow,
        };
        _writer.WriteLine(_usesColor && color is not null ? color + line + Reset : line);
    }

    private string Top(ResultRow row) => _top == 0 ? "" : PadTop(row.Best(_top).ToString("0.000"));

    private string PadTop(string text) => text.PadRight(_top * "7:0.000 ".Length + 1);

    // Names may contain line breaks and escape sequences.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
