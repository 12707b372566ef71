using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Reads a list on a separate thread, because a read from a pipe cannot be cancelled.</summary>
internal sealed class ListReader
{
    private const int MaxFilesAhead = 4096;

    private readonly BlockingCollection<InputFile> _files = new(MaxFilesAhead);
    private ExceptionDispatchInfo? _failure;

    /// <param name="files">The files of the list. They are enumerated on the thread.</param>
    public ListReader(IEnumerable<InputFile> files) =>
        new Thread(() => Read(files)) { IsBackground = true, Name = "List of paths" }.Start();

    /// <summary>Gets a value that indicates whether the next file is not known yet.</summary>
    public bool IsWaiting => _files.Count == 0 && !_files.IsAddingCompleted;

    /// <summary>Returns the files. Can be called once. Waits for files that are not known yet.</summary>
    /// <exception cref="CommandException">The list cannot be read, or is not a list of paths.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<InputFile> Files(CancellationToken cancellationToken)
    {
        foreach (var file in _files.GetConsumingEnumerable(cancellationToken)) yield return file;
        _failure?.Throw();
    }

    private void Read(IEnumerable<InputFile> files)
    {
        try
        {
            foreach (var file in files) _files.Add(file);
        }
        catch (Exception e)
        {
            // Thrown again on the thread that takes the files.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _files.CompleteAdding();
        }
    }
}
