using nietras.SeparatedValues;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as comma-separated values (RFC 4180) with a header.</summary>
internal sealed class CsvRowWriter(TextWriter writer, int top) : IRowWriter
{
    private readonly SepWriter _csv = Sep.New(',').Writer(options => options with { Escape = true }).To(writer, leaveOpen: true);

    public void Write(ResultRow row)
    {
        using var fields = _csv.NewRow();
        fields["path"].Set(row.Path);
        Format(fields["label"], row.Label);
        Format(fields["digit"], row.Digit);
        Format(fields["confidence"], row.Prediction?.Confidence);
        for (int digit = 0; digit < 10; digit++)
            Format(fields[ResultRow.ScoreColumns[digit]], row.Score(digit));
        fields["status"].Set(row.Status);
        fields["error"].Set(row.Error ?? "");
        Format(fields["width"], row.Width);
        Format(fields["height"], row.Height);
        fields["inverted"].Set(row.Inverted switch { true => "true", false => "false", null => "" });
        fields["model"].Set(row.Model);
        if (top > 0)
            fields["top"].Set(row.BestAsText(top));
    }

    public void Complete() => _csv.Dispose();

    private static void Format<T>(SepWriter.Col column, T? value) where T : struct, ISpanFormattable
    {
        if (value is { } number)
            column.Format(number);
        else
            column.Set("");
    }
}
