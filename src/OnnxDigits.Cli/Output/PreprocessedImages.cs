namespace OnnxDigits.Cli.Output;

/// <summary>What the network saw, as PNG files named by the row's number and the input's name.</summary>
internal sealed class PreprocessedImages(OutputFolder folder) : IRowWriter
{
    private int _row;

    public ValueTask WriteAsync(ResultRow row)
    {
        _row++;
        if (row.Digit is null)
            return ValueTask.CompletedTask;
        // A name from another system may hold what this one cannot write.
        string name = string.Concat(Path.GetFileNameWithoutExtension(row.Path).Split(Path.GetInvalidFileNameChars()));
        folder.Write($"{_row:000000}-{(name.Length > 100 ? name[..100] : name)}.png", stream => DigitPng.Write(row.Image.Span, stream));
        return ValueTask.CompletedTask;
    }
}
