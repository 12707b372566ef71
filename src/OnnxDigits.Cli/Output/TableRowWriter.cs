using System.Globalization;
using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Output;

/// <summary>Columns for the eye, written as they come: the widest path is known before the first row.</summary>
internal sealed class TableRowWriter : IRowWriter
{
    private const string Yellow = "\e[33m";
    private const string Red = "\e[31m";
    private const string Reset = "\e[0m";

    private readonly TextWriter _writer;
    private readonly int _width;
    private readonly bool _color;

    public TableRowWriter(TextWriter writer, IReadOnlyList<InputFile> inputs, bool color)
    {
        _writer = writer;
        _width = Math.Clamp(inputs.Select(input => input.Path.Length).DefaultIfEmpty(4).Max(), 4, 80);
        _color = color;
        _writer.WriteLine($"{"path".PadRight(_width)}  label  digit  confidence  status");
    }

    public void Write(ResultRow row)
    {
        string confidence = row.Digit is null
            ? ""
            : (100 * row.Prediction!.Value.Confidence).ToString("0.00", CultureInfo.InvariantCulture) + " %";
        string mark = row.Digit is { } digit && row.Label is { } label && digit != label ? " (label differs)" : "";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{OneLine(row.Path).PadRight(_width)}  {row.Label,5}  {row.Digit,5}  {confidence,10}  {row.Status}{mark}");
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

    // A name may hold line breaks and escape sequences; a table must not obey them.
    private static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
