using System.Text;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Writes the metrics of all epochs to a CSV file after each epoch.</summary>
/// <param name="path">The path of the file. An existing file is replaced.</param>
public sealed class CsvLogger(string path) : Callback
{
    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Format(epochs))));

    internal static string Format(IReadOnlyList<EpochMetrics> epochs)
    {
        string[] names =
            [.. epochs.SelectMany(e => e.Figures().Keys).Union(["loss", "accuracy", "val_loss", "val_accuracy"])];
        return Csv.Format(
            ["epoch", .. names, "seconds"],
            epochs.Select(e => (object?[])
            [
                e.Epoch,
                .. names.Select(name => e.Figures().TryGetValue(name, out double value) ? value : (object?)null),
                Math.Round(e.Seconds, 2),
            ]));
    }
}
