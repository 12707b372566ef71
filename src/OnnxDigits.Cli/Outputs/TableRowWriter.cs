using System.Globalization;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as aligned columns for people. The path is last, because its length is unknown.</summary>
internal sealed class TableRowWriter : IRowWriter
{
    /// <summary>The first line.</summary>
    public const string Header = "label     digit  confidence  status     path";

    /// <summary>The first line if pictures may have several digits.</summary>
    public const string HeaderOfAll = "line  index  digit  confidence  status     box                  path";

    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";
    private const int Indent = 10;

    private readonly TextWriter _writer;
    private readonly int _top;
    private readonly bool _usesColor;
    private readonly bool _readsAll;

    /// <param name="writer">The destination.</param>
    /// <param name="top">The number of the most probable digits below a row, or 0 for none.</param>
    /// <param name="usesColor">Indicates whether rows that need attention are colored.</param>
    /// <param name="readsAll">Indicates whether pictures may have several digits.</param>
    public TableRowWriter(TextWriter writer, int top, bool usesColor, bool readsAll)
    {
        _writer = writer;
        _top = top;
        _usesColor = usesColor;
        _readsAll = readsAll;
        _writer.WriteLine(readsAll ? HeaderOfAll : Header);
    }

    public void Write(ResultRow row)
    {
        string confidence = row.Digit is null
            ? ""
            : (100 * row.Prediction!.Value.Confidence).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        string mark = row.IsMisread ? "≠" : " ";
        string start = _readsAll ? $"{row.Line,4}  {row.Index,5}" : $"{row.Label,5}  {mark}";
        string box = _readsAll ? $"{row.Box,-19}  " : "";
        string line = $"{start}  {row.Digit,5}  {confidence,10}  {row.Status,-9}  {box}{OneLine(row.Path)}";
        bool hasSeveral = row.Prediction?.Reason == UncertaintyReason.SeveralDigits;
        string several = hasSeveral ? "several digits; --all reads each" : "";
        string top = _top > 0 ? row.Best(_top).ToString("0.000") : "";
        string details = row.Error ?? (hasSeveral && top.Length > 0 ? $"{several}; {top}" : several + top);
        if (details.Length > 0) line += "\n" + TextLines.Entry("", OneLine(details), Indent).TrimEnd();
        string? color = row.Status switch
        {
            "error" => Red,
            "ok" when !row.IsMisread => null,
            _ => Yellow,
        };
        _writer.WriteLine(_usesColor && color is not null ? color + line + Reset : line);
    }

    // Names may contain line breaks and escape sequences.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
