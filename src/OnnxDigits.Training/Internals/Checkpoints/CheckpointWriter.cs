namespace OnnxDigits.Training.Internals.Checkpoints;

/// <summary>
/// Copies a run's state in the training thread and leaves digest and disk to another one, so that training waits for
/// the copy alone.
/// </summary>
internal sealed class CheckpointWriter(CheckpointFiles files, RunIdentity run, Action<string> warn) : IDisposable
{
    // Of the size of a checkpoint after the first one; no memory is asked for again then.
    private readonly MemoryStream _buffer = new();
    private Task _writing = Task.CompletedTask;
    private bool _warned;

    /// <summary>Saves the state as it is now; waits for the checkpoint before if that is still being written.</summary>
    public void Save(TrainingState state)
    {
        Wait();
        Checkpoint.Write(_buffer, run, state);
        TrainingPosition position = state.Position;
        _writing = Task.Run(() => Write(position));
    }

    /// <summary>Returns when the last checkpoint is on the disk.</summary>
    public void Wait() => _writing.GetAwaiter().GetResult();

    public void Dispose() => Wait();

    private void Write(TrainingPosition position)
    {
        Span<byte> file = _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length);
        SealedBytes.Seal(file);
        try
        {
            files.Write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_warned) return;
            _warned = true;
            warn($"The checkpoint of epoch {position.Epoch}, step {position.Step} cannot be written: {e.Message} "
                + "Training goes on, and the checkpoints before it stay as they are.");
        }
    }
}
