namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>The most confident mistakes of a run, a bounded number of them.</summary>
internal sealed class Mistakes
{
    private const int Most = 200;

    private readonly PriorityQueue<Mistake, (float Confidence, int Order)> _kept = new();

    /// <summary>All mistakes, also those that were not kept.</summary>
    public int Count { get; private set; }

    public void Add(ResultRow row)
    {
        if (row is not { Label: { } label, Digit: { } digit } || label == digit)
            return;
        float confidence = row.Prediction!.Value.Confidence;
        // Of equals the first stays, so that a report does not depend on chance.
        _kept.Enqueue(new(row.Path, label, digit, confidence, row.Image.ToArray()), (confidence, -Count++));
        if (_kept.Count > Most)
            _kept.Dequeue();
    }

    /// <summary>The kept ones, the most confident first.</summary>
    public IReadOnlyList<Mistake> Kept() =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
