using System.Globalization;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Counts over the rows of a run.</summary>
internal sealed class RunSummary
{
    private readonly Dictionary<string, int> _statuses = [];
    private readonly int[] _digits = new int[10];
    private int _labelled;

    public ConfusionMatrix Confusion { get; } = new();

    public int Total { get; private set; }

    /// <summary>What became of inputs, in alphabetical order.</summary>
    public IEnumerable<string> Statuses => _statuses.Keys.Order(StringComparer.Ordinal);

    /// <summary>How many inputs were read as each digit, 0 to 9.</summary>
    public IReadOnlyList<int> Digits => _digits;

    public int Failed => Count("error");

    /// <summary>The share of all labelled inputs that were read right; blank and failed ones are wrong.</summary>
    public double Accuracy => (double)Confusion.Correct / _labelled;

    /// <summary>Whether every input had a label, so that an accuracy means something.</summary>
    public bool IsLabelled => Total > 0 && _labelled == Total;

    /// <summary>How many inputs have the status.</summary>
    public int Count(string status) => _statuses.TryGetValue(status, out int count) ? count : 0;

    public void Add(ResultRow row)
    {
        Total++;
        _statuses[row.Status] = Count(row.Status) + 1;
        _labelled += row.Label is null ? 0 : 1;
        if (row.Digit is not { } digit)
            return;
        _digits[digit]++;
        if (row.Label is { } label)
            Confusion.Add(label, digit);
    }

    public void Write(TextWriter writer, ModelInfo model)
    {
        string statuses = string.Join(", ", Statuses.Select(status => $"{Count(status)} {status}"));
        writer.WriteLine($"{Total} {(Total == 1 ? "image" : "images")}: {statuses}");
        writer.WriteLine($"model {model.Name} on {model.Device} ({DeviceFacts.Of(model)})");
        if (!IsLabelled)
            return;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"accuracy {Accuracy:0.0000} ({Confusion.Correct} of {Total})"));
        writer.Write(Confusion.ToTable());
    }
}
