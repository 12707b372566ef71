namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes a row for each digit of a picture.</summary>
internal sealed class EachDigit(IRowWriter writer) : IRowWriter
{
    public void Write(ResultRow row)
    {
        foreach (var digit in row.Digits) writer.Write(digit);
    }

    public void Complete() => writer.Complete();
}
