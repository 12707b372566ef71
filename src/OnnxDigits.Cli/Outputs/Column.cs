using System.Globalization;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents a column of the results.</summary>
/// <param name="Name">The name, which is the same in every format.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Value">Returns the value of a row, or <c>null</c> if there is none.</param>
internal sealed record Column(string Name, Type Type, Func<ResultRow, object?> Value)
{
    /// <summary>The version of the rows and the JSON documents. It changes if names or meanings change.</summary>
    public const int Schema = 1;

    /// <summary>Returns the columns in their order.</summary>
    /// <param name="top">The number of the most probable digits in the column top, or 0 for no such column.</param>
    public static IReadOnlyList<Column> All(int top) =>
    [
        Of("path", row => row.Path),
        Of("label", row => row.Label),
        Of("digit", row => row.Digit),
        Of("confidence", row => row.Prediction?.Confidence),
        .. Enumerable.Range(0, 10).Select(digit => Of($"p{digit}", row => row.Prediction?.Scores[digit])),
        Of("status", row => row.Status),
        Of("error", row => row.Error),
        Of("width", row => row.Width),
        Of("height", row => row.Height),
        Of("inverted", row => row.Inverted),
        Of("model", row => row.Model),
        .. top > 0 ? (Column[])[Of("top", row => row.Best(top))] : [],
        Of("schema", int? (_) => Schema),
    ];

    private static Column Of<T>(string name, Func<ResultRow, T> value) => new(name, typeof(T), row => value(row));
}

/// <summary>Represents the most probable digits of a row, best first.</summary>
internal sealed record BestDigits(IReadOnlyList<(int Digit, float Confidence)> Items)
{
    /// <summary>Returns the digits as one field, such as <c>7:0.981 1:0.012</c>.</summary>
    public override string ToString() => ToString("");

    /// <summary>Returns the digits as one field.</summary>
    /// <param name="format">The format of the confidences.</param>
    public string ToString(string format) => string.Join(
        ' ',
        Items.Select(best => $"{best.Digit}:{best.Confidence.ToString(format, CultureInfo.InvariantCulture)}"));
}
