using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The classifier and the command on a device, beside its bare session.</summary>
/// <param name="Device">As users name it.</param>
/// <param name="Description">The device's own name; null where nothing tells it.</param>
/// <param name="Network">The network.</param>
/// <param name="Sha256">Its file's digest.</param>
/// <param name="Images">In each turn.</param>
/// <param name="Batch">Images at once.</param>
/// <param name="Rounds">Turns of each.</param>
/// <param name="Classifier">Its throughput over the bare session's.</param>
/// <param name="Infer">The command's, without its start, over the bare session's.</param>
internal sealed record DeviceFigures(
    string Device, string? Description, string Network, string Sha256, int Images, int Batch, int Rounds, Spread Classifier, Spread Infer);
