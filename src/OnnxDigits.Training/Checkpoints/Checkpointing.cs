namespace OnnxDigits.Training.Checkpoints;

/// <summary>
/// Decides when a run's state is saved: at the start, every so often, at the end of each epoch, and when it is stopped.
/// </summary>
internal sealed class Checkpointing(
    CheckpointWriter writer, Checkpoint? resumed, TimeSpan interval, TimeProvider clock, CancellationToken terminated)
{
    // Where epochs are short, their checkpoints are left out as soon as all together would take more of the time.
    private const double LargestShare = 0.01;

    private long _started;
    private long _saved;
    private TimeSpan _cost;

    /// <summary>Time that all checkpoints took, but the first: it also loads the code for it.</summary>
    public TimeSpan Spent { get; private set; }

    /// <summary>Puts a fresh state where the run was, or saves it as the beginning of a new one.</summary>
    /// <remarks>So a folder that cannot be written is known before there is anything to lose.</remarks>
    /// <exception cref="DamagedCheckpointException">The checkpoint does not fit the network.</exception>
    public void Start(TrainingState state)
    {
        if (resumed is not null) state.Restore(resumed);
        else Save(state);
        Spent = TimeSpan.Zero;
        _started = _saved = clock.GetTimestamp();
    }

    public void AfterStep(TrainingState state)
    {
        if (clock.GetElapsedTime(_saved) >= interval) Save(state);
    }

    public void AfterEpoch(TrainingState state)
    {
        if (Spent + _cost <= LargestShare * clock.GetElapsedTime(_started)) Save(state);
    }

    /// <summary>Saves a run that is stopped.</summary>
    /// <exception cref="OperationCanceledException">The process is to end now, with nothing measured or exported.</exception>
    public void AtStop(TrainingState state)
    {
        Save(state);
        terminated.ThrowIfCancellationRequested();
    }

    private void Save(TrainingState state)
    {
        long started = clock.GetTimestamp();
        writer.Save(state);
        _saved = clock.GetTimestamp();
        _cost = clock.GetElapsedTime(started, _saved);
        Spent += _cost;
    }
}
