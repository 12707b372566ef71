namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents an image that was read as another digit than its label.</summary>
internal sealed record Mistake(string Path, int Label, int Digit, float Confidence, byte[] Image);

/// <summary>Collects the most confident mistakes of a run, up to a limit.</summary>
internal sealed class Mistakes
{
    private const int Limit = 200;

    private readonly PriorityQueue<Mistake, (float Confidence, int Order)> _kept = new();

    /// <summary>Gets the number of all mistakes.</summary>
    public int Count { get; private set; }

    public void Add(ResultRow row)
    {
        if (row is not { Label: { } label, Digit: { } digit } || label == digit) return;
        float confidence = row.Prediction!.Value.Confidence;
        // Of equally confident mistakes, the first ones stay.
        _kept.Enqueue(new(row.Path, label, digit, confidence, row.Image.ToArray()), (confidence, -Count++));
        if (_kept.Count > Limit) _kept.Dequeue();
    }

    /// <summary>Returns the collected mistakes, the most confident first.</summary>
    public IReadOnlyList<Mistake> MostConfident() =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
