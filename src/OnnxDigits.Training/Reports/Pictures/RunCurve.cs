using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>A run as its learning curves show it.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Epochs">Its metrics, in order.</param>
internal sealed record RunCurve(string Name, IReadOnlyList<EpochMetrics> Epochs);
