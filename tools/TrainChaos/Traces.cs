using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>Reads from the folder of a process that ended how far it was.</summary>
internal static class Traces
{
    public static string Of(string output)
    {
        string? run = Directory.GetDirectories(output).Max(StringComparer.Ordinal);
        if (run is null) return "before its folder";
        if (RunReport.TryRead(Path.Combine(run, RunReport.FileName)) is { Interrupted: false }) return "after its end";

        string file = Path.Combine(run, "checkpoint.safetensors");
        if (!File.Exists(file)) return "before a checkpoint";
        string half = Directory.GetFiles(run, "*.tmp").Length > 0 ? ", writing" : "";
        TrainingPosition position = Checkpoint.Read(File.ReadAllBytes(file)).Progress.Position;
        return (position.Epoch > 3 ? "behind the last step" : $"epoch {position.Epoch}") + half;
    }
}
