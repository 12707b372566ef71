using System.Globalization;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Columns for the eye, written as they come.</summary>
internal sealed class TableRowWriter : IRowWriter
{
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";
    private const int WidthOfAList = 40;

    private readonly TextWriter _writer;
    private readonly int _width;
    private readonly int _top;
    private readonly bool _color;

    /// <param name="writer">Where the table goes.</param>
    /// <param name="widestPath">The length of the longest path; null where that is not known yet.</param>
    /// <param name="top">How many of the best digits a row shows.</param>
    /// <param name="color">Whether rows to look at are coloured.</param>
    public TableRowWriter(TextWriter writer, int? widestPath, int top, bool color)
    {
        _writer = writer;
        _width = Math.Clamp(widestPath ?? WidthOfAList, 4, 80);
        (_top, _color) = (top, color);
        _writer.WriteLine($"{"path".PadRight(_width)}  label  digit  confidence  {(top > 0 ? Pad("top") : "")}status");
    }

    public void Write(ResultRow row)
    {
        string confidence = row.Digit is null
            ? ""
            : (100 * row.Prediction!.Value.Confidence).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        string mark = row.Digit is { } digit && row.Label is { } label && digit != label ? " (label differs)" : "";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{OneLine(row.Path).PadRight(_width)}  {row.Label,5}  {row.Digit,5}  {confidence,10}  {Top(row)}{row.Status}{mark}");
        if (row.Error is not null)
            line += ": " + OneLine(row.Error);
        string? color = row.Status switch
        {
            "error" => Red,
            "ok" when mark.Length == 0 => null,
            _ => Yellow,
        };
        _writer.WriteLine(_color && color is not null ? color + line + Reset : line);
    }

    private string Top(ResultRow row) => _top == 0
        ? ""
        : Pad(string.Join(' ', row.Best(_top).Select(best => string.Create(
            CultureInfo.InvariantCulture, $"{best.Digit}:{best.Confidence:0.000}"))));

    private string Pad(string text) => text.PadRight(_top * "7:0.000 ".Length + 1);

    // A name may hold line breaks and escape sequences; a table must not obey them.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
