namespace OnnxDigits.Training.Internals.Checkpoints;

/// <summary>Decides when a run's state is saved: every so often, at the end of each epoch, and when it is stopped.</summary>
internal sealed class Checkpointing(
    CheckpointWriter writer, Checkpoint? resumed, TimeSpan interval, TimeProvider clock, CancellationToken terminated)
{
    private long _saved = clock.GetTimestamp();

    /// <summary>Puts a fresh state where the run was, if it is gone on with.</summary>
    /// <exception cref="DamagedCheckpointException">The checkpoint does not fit the network.</exception>
    public void Resume(TrainingState state)
    {
        if (resumed is not null) state.Restore(resumed);
    }

    public void AfterStep(TrainingState state)
    {
        if (clock.GetElapsedTime(_saved) >= interval) Save(state);
    }

    public void AfterEpoch(TrainingState state) => Save(state);

    /// <summary>Saves a run that stops within an epoch.</summary>
    /// <exception cref="OperationCanceledException">The process is to end now, with nothing measured or exported.</exception>
    public void AtStop(TrainingState state)
    {
        Save(state);
        terminated.ThrowIfCancellationRequested();
    }

    private void Save(TrainingState state)
    {
        writer.Save(state);
        _saved = clock.GetTimestamp();
    }
}
