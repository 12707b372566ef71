using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>A run as its folder describes it; null stands for what the folder does not say.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="State">What became of it.</param>
internal sealed record RunRecord(string Folder, RunState State)
{
    public string Name => Path.GetFileName(Folder);

    public string? Network { get; init; }

    public long? Seed { get; init; }

    public Recipe? Recipe { get; init; }

    public string? DataSet { get; init; }

    public string? DataSetSha256 { get; init; }

    public int? Threads { get; init; }

    public string? Version { get; init; }

    public string? Torch { get; init; }

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>What it came to; null where it was not evaluated on the test set.</summary>
    public RunReport? Report { get; init; }

    /// <summary>NaN where no images are held out.</summary>
    public double? ValidationAccuracy => Report?.ValidationAccuracy ?? Epochs.LastOrDefault()?.ValidationAccuracy;

    /// <summary>Time of training.</summary>
    public double? Seconds => Report?.Seconds ?? (Epochs.Count == 0 ? null : Epochs.Sum(epoch => epoch.Seconds));
}
