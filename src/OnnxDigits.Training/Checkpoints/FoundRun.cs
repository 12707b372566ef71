using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>What <see cref="RunSearch"/> found in a run's folder.</summary>
internal abstract record FoundRun
{
    /// <summary>The run was trained to its end, and its model is there.</summary>
    public sealed record Finished(RunReport Report, string OnnxFile) : FoundRun;

    /// <summary>The run was stopped; the folder is claimed for going on.</summary>
    public sealed record Stopped(RunFolder Folder, Checkpoint Checkpoint) : FoundRun;
}
