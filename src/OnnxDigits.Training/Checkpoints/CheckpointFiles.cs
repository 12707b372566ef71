namespace OnnxDigits.Training.Checkpoints;

/// <summary>The last checkpoint of a run and the one before it, in the run's folder.</summary>
internal sealed class CheckpointFiles(string folder)
{
    private readonly string _last = Path.Combine(folder, "checkpoint.safetensors");
    private readonly string _previous = Path.Combine(folder, "checkpoint.previous.safetensors");

    // One name, so that what a killed process left half-written is written over.
    private readonly string _fresh = Path.Combine(folder, "checkpoint.tmp");

    /// <summary>Whether there is one, good or not.</summary>
    public bool Exist => File.Exists(_last) || File.Exists(_previous);

    /// <summary>Writes a sealed checkpoint beside, flushes it to the disk and renames it.</summary>
    /// <exception cref="IOException">It cannot be written; the ones that are there stay as they are.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(ReadOnlySpan<byte> file)
    {
        try
        {
            using (var stream = new FileStream(_fresh, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(file);
                stream.Flush(flushToDisk: true);
            }

            if (File.Exists(_last)) File.Move(_last, _previous, overwrite: true);
            File.Move(_fresh, _last, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(_fresh);
            throw;
        }
    }

    /// <summary>Reads the last good checkpoint; a damaged one behind it is removed, or it would push it out.</summary>
    /// <param name="complain">Is told of each file that is damaged.</param>
    /// <returns>null when no good one is there.</returns>
    /// <exception cref="ResumeException">The last one is whole and of another format.</exception>
    public Checkpoint? ReadLastGood(Action<string> complain)
    {
        foreach (string path in (string[])[_last, _previous])
        {
            if (!File.Exists(path)) continue;
            try
            {
                var checkpoint = Checkpoint.Read(File.ReadAllBytes(path));
                if (path == _previous) File.Move(_previous, _last, overwrite: true);
                return checkpoint;
            }
            catch (DamagedCheckpointException e)
            {
                complain($"{path} is damaged: {e.Message}.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                complain($"{path} cannot be read: {e.Message}");
            }
            catch (ResumeException e)
            {
                throw new ResumeException(
                    $"{path} {e.Message}: resume with the version that wrote it, or train without --resume.", e);
            }
        }

        return null;
    }

    /// <summary>Reads the last good checkpoint and leaves all as it is.</summary>
    /// <returns>null when no good one is there.</returns>
    public Checkpoint? Peek()
    {
        foreach (string path in (string[])[_last, _previous])
        {
            try
            {
                if (File.Exists(path)) return Checkpoint.Read(File.ReadAllBytes(path));
            }
            // The other one may be good.
            catch (Exception e) when (e is DamagedCheckpointException or ResumeException)
            {
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }

        return null;
    }

    /// <summary>Removes both; a run that is done needs them no more.</summary>
    public void Delete()
    {
        foreach (string path in (string[])[_previous, _last]) File.Delete(path);
    }
}
