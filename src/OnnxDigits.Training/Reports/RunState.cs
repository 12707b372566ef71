namespace OnnxDigits.Training.Reports;

/// <summary>What became of a run, as its folder tells.</summary>
internal enum RunState
{
    /// <summary>Trained to its end, and its model is there as it was reported.</summary>
    Finished,

    /// <summary>Ended by Ctrl-C; the best weights until then were exported.</summary>
    Interrupted,

    /// <summary>Left with a checkpoint to go on from.</summary>
    Stopped,

    /// <summary>Left before its first checkpoint.</summary>
    Unfinished,

    /// <summary>A process trains it now.</summary>
    Training,

    /// <summary>Its report, its checkpoint or its model cannot be read, or is not what was written.</summary>
    Damaged,
}
