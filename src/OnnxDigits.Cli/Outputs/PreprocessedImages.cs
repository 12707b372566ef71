using System.Text;

namespace OnnxDigits.Cli.Outputs;

/// <summary>What the network saw, as PNG files named by the row's number and the input's name.</summary>
internal sealed class PreprocessedImages(OutputFolder folder) : IRowWriter
{
    // File systems end names at 255 bytes, and the file is first written under a longer name.
    private const int MostBytes = 180;

    private int _row;

    public void Write(ResultRow row)
    {
        _row++;
        if (row.Digit is null)
            return;
        // A name from another system may hold what this one cannot write.
        string name = string.Concat(Path.GetFileNameWithoutExtension(row.Path).Split(Path.GetInvalidFileNameChars()));
        folder.Write($"{_row:000000}-{Shorten(name)}.png", stream => DigitPng.Write(row.Image.Span, stream));
    }

    private static string Shorten(string name)
    {
        int bytes = 0;
        return string.Concat(name.EnumerateRunes().TakeWhile(rune => (bytes += rune.Utf8SequenceLength) <= MostBytes));
    }
}
