using System.Globalization;

namespace Shared;

/// <summary>Represents a column of the results.</summary>
/// <param name="Name">The name, which is the same in every format.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Value">Returns the value of a row, or <c>null</c> if the row has no value.</param>
internal sealed record Column(string Name, Type Type, Func<ResultRow, object?> Value)
{
    /// <summary>The version of the rows and the JSON documents. It changes if names or meanings change.</summary>
    public const int Schema = 1;

    private static readonly string[] OfPicture =
        ["path", "status", "error", "width", "height", "inverted", "model", "schema"];

    /// <summary>Returns the columns, in order, of rows with one digit.</summary>
    /// <param name="top">
    /// The number of most probable digits in the column <c>top</c>, or 0 to leave the column out.
    /// </param>
    /// <param name="readsAll">Indicates whether a picture has a row for each of its digits.</param>
    public static IReadOnlyList<Column> All(int top, bool readsAll = false) =>
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
        Of("reason", row => row.Reason),
        .. readsAll ? (Column[])
            [Of("line", row => row.Line), Of("index", row => row.Index), Of("box", row => row.Box)] : [],
        .. top > 0 ? (Column[])[Of("top", row => row.Best(top))] : [],
        Of("schema", int? (_) => Schema),
    ];

    /// <summary>Returns the columns of a picture with its digits.</summary>
    /// <param name="top">The number of most probable values for each digit, or 0 for none.</param>
    public static IReadOnlyList<Column> Picture(int top)
    {
        var all = All(top, readsAll: true);
        Column[] digit = [.. all.Where(column => column.Name == "status" || !OfPicture.Contains(column.Name))
            .Where(column => column.Name != "label")];
        var picture = all.Where(column => OfPicture.Contains(column.Name)).ToList();
        picture.InsertRange(1, [
            Of("lines", row => row.Numbers),
            Of("digits", row => new NestedRows(row.Found is null or [] ? [] : row.Digits, digit)),
        ]);
        return picture;
    }

    private static Column Of<T>(string name, Func<ResultRow, T> value) => new(name, typeof(T), row => value(row));
}

/// <summary>Represents the rows of a picture's digits within the row of the picture.</summary>
internal sealed record NestedRows(IReadOnlyList<ResultRow> Rows, IReadOnlyList<Column> Columns);

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
