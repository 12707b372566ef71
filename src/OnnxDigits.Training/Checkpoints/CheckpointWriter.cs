namespace OnnxDigits.Training.Checkpoints;

/// <summary>Saves a run's state again and again; where that fails, training goes on without.</summary>
/// <remarks>
/// All of it happens in the training thread. Another one would make the collector run beside native code that still
/// reads a number which TorchSharp no longer holds.
/// </remarks>
internal sealed class CheckpointWriter(CheckpointFiles files, RunIdentity run, Action<string> warn)
{
    // Of the size of a checkpoint after the first one; no memory is asked for again then.
    private readonly MemoryStream _buffer = new();
    private bool _warned;

    public void Save(TrainingState state)
    {
        Checkpoint.Write(_buffer, run, state);
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
            warn($"A checkpoint cannot be written, and training goes on without: {e.Message} "
                + "Those before it stay as they are.");
        }
    }
}
