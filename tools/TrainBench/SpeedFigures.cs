using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>Images per second of training, all ways in turns.</summary>
/// <param name="Rounds">Turns of each.</param>
/// <param name="OfProcessorTime">Whether the rates are by processor time instead of time on the wall.</param>
/// <param name="Paths">The ways, ours first of each network and number of threads.</param>
internal sealed record SpeedFigures(int Rounds, bool OfProcessorTime, IReadOnlyList<PathSpeed> Paths);

/// <summary>One way to train.</summary>
/// <param name="Network">dense or conv, at the notebook's batch size.</param>
/// <param name="Threads">Of torch.</param>
/// <param name="Path">Whose step, or which limit of the machine.</param>
/// <param name="Rate">Images per second.</param>
/// <param name="OursOverIt">Our rate over this one's in the same round; 1 for ours.</param>
internal sealed record PathSpeed(string Network, int Threads, string Path, Spread Rate, Spread OursOverIt);
