using System.Globalization;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Shards;

/// <summary>Restores a row from the values of its columns.</summary>
internal static class StoredRow
{
    /// <param name="value">Returns the text of a column. Missing values and columns are empty or <c>null</c>.</param>
    public static ResultRow Parse(Func<string, string?> value)
    {
        var row = new ResultRow(value("path")!, Number("label"), value("model")!)
        {
            Error = Text("error"),
            Width = Number("width"),
            Height = Number("height"),
            Inverted = Text("inverted") is { } inverted ? bool.Parse(inverted) : null,
            Line = Number("line"),
            Index = Number("index"),
            Box = Text("box")?.Split(' ').Select(int.Parse).ToArray() is [var x, var y, var width, var height]
                ? new(x, y, width, height)
                : null,
        };
        return value("status") switch
        {
            "error" => row,
            "blank" => row with { Prediction = DigitPrediction.Blank },
            _ => row with { Prediction = Prediction(row.Inverted ?? false) },
        };

        string? Text(string name) => value(name) is { Length: > 0 } text ? text : null;

        int? Number(string name) =>
            Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

        DigitPrediction Prediction(bool isInverted)
        {
            float[] scores =
            [
                .. Enumerable.Range(0, 10)
                    .Select(digit => float.Parse(value($"p{digit}")!, CultureInfo.InvariantCulture)),
            ];
            // A digit is uncertain if its confidence is below the threshold. That is always true with 2, and never with
            // 0.
            return DigitPrediction.FromScores(scores, value("reason") == "low confidence" ? 2 : 0)
                .With(new() { HasSeveralDigits = value("reason") == "several digits", Inverted = isInverted });
        }
    }
}
