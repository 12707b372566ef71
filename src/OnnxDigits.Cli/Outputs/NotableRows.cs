namespace OnnxDigits.Cli.Outputs;

/// <summary>Collects the rows of a kind for the report, up to a limit.</summary>
/// <param name="title">The title of the kind.</param>
/// <param name="order">The order in which the rows are shown.</param>
/// <param name="matches">Indicates whether a row is of this kind.</param>
/// <param name="rank">
/// Returns the rank of a row. Rows with high ranks come first. Rows with low ranks are dropped if there are too many.
/// </param>
internal sealed class NotableRows(
    string title, string order, Func<ResultRow, bool> matches, Func<ResultRow, float> rank)
{
    private const int Limit = 200;

    private readonly PriorityQueue<ResultRow, (float Rank, int Order)> _kept = new();

    public string Title => title;

    public string Order => order;

    /// <summary>Gets the number of all rows of this kind.</summary>
    public int Count { get; private set; }

    /// <summary>Returns the kinds of rows that need attention. A row belongs to the first kind that matches.</summary>
    public static IReadOnlyList<NotableRows> All() =>
    [
        new("Misread", "the most confident first", row => row.IsMisread, row => row.Prediction!.Value.Confidence),
        new("Errors", "in the order of the rows", row => row.Status == "error", _ => 0),
        new("Blank", "in the order of the rows", row => row.Status == "blank", _ => 0),
        new("Uncertain", "the least confident first", row => row.Status == "uncertain",
            row => -row.Prediction!.Value.Confidence),
    ];

    /// <summary>Adds a row if it is of this kind.</summary>
    public bool TryAdd(ResultRow row)
    {
        if (!matches(row)) return false;
        // The copy releases the images of the other rows. Of rows with the same rank, the first ones stay.
        _kept.Enqueue(row with { Image = row.Image.ToArray() }, (rank(row), -Count++));
        if (_kept.Count > Limit) _kept.Dequeue();
        return true;
    }

    /// <summary>Returns the collected rows in their order.</summary>
    public IReadOnlyList<ResultRow> Rows() =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
