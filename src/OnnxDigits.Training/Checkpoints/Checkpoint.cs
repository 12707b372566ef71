using System.Security.Cryptography;
using System.Text.Json;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>Saves and restores a run at the end of an epoch, in one file of the run's folder.</summary>
/// <remarks>
/// The file starts with the SHA-256 of its other contents: a JSON header and the tensors of
/// <see cref="TrainingState"/>. Reading the file never runs code from it.
/// </remarks>
/// <param name="folder">The folder of the run.</param>
/// <param name="run">The identity of the run.</param>
/// <param name="warn">Receives one sentence the first time that the file cannot be written.</param>
internal sealed class Checkpoint(string folder, RunIdentity run, Action<string> warn)
{
    private readonly string _path = PathIn(folder);
    private bool _warned;

    /// <summary>Returns the path of the checkpoint in a run's folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "checkpoint.dat");

    /// <summary>Replaces the file. If the write fails, the previous file stays and training continues.</summary>
    public void Save(TrainingState state)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        byte[] header = ReportJson.ToUtf8(new Header(run, [.. state.Epochs]));
        writer.Write(header.Length);
        writer.Write(header);
        state.Save(writer);
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        byte[] digest = SHA256.HashData(bytes);
        try
        {
            AtomicFile.Write(_path, stream =>
            {
                stream.Write(digest);
                content.WriteTo(stream);
            });
        }
        catch (IOException e)
        {
            if (!_warned) warn($"The checkpoint could not be saved; training continues. {e.Message}");
            _warned = true;
        }
    }

    /// <summary>Restores the saved state into a new one. Does nothing if the file doesn't exist.</summary>
    /// <exception cref="ResumeException">The file is damaged or belongs to another run.</exception>
    public void Restore(TrainingState state)
    {
        if (!File.Exists(_path)) return;

        (Header header, BinaryReader reader) = Read(_path);
        using (reader)
        {
            IReadOnlyList<string> differences = header.Run.DifferencesTo(run);
            if (differences.Count > 0)
            {
                throw new ResumeException(
                    $"The checkpoint '{_path}' belongs to another run: {string.Join("; ", differences)}. "
                    + "Use the options of that run, which its report.json lists, or train without --resume.");
            }

            state.Load(reader);
            state.Epochs.AddRange(header.Epochs);
        }
    }

    /// <summary>Deletes the file. A finished run doesn't need it.</summary>
    public void Delete() => File.Delete(_path);

    /// <summary>Reads a checkpoint's header.</summary>
    /// <exception cref="ResumeException">The file is damaged or isn't a checkpoint.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Header ReadHeader(string folder) => Read(PathIn(folder)).Header;

    private static (Header Header, BinaryReader Tensors) Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> content = bytes.AsSpan(Math.Min(SHA256.HashSizeInBytes, bytes.Length));
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(0, bytes.Length - content.Length)))
        {
            throw new ResumeException(
                $"'{path}' is damaged or isn't a checkpoint. Delete it, or train without --resume.");
        }

        var reader = new BinaryReader(new MemoryStream(bytes, SHA256.HashSizeInBytes, content.Length));
        try
        {
            return (ReportJson.Read<Header>(reader.ReadBytes(reader.ReadInt32())), reader);
        }
        catch (Exception e) when (e is JsonException or IOException or ArgumentException)
        {
            throw new ResumeException(
                $"'{path}' was written by another version. Delete it, or train without --resume.", e);
        }
    }

    /// <summary>Represents the header of a checkpoint.</summary>
    /// <param name="Run">The identity of the run.</param>
    /// <param name="Epochs">The metrics of the completed epochs.</param>
    internal sealed record Header(RunIdentity Run, EpochMetrics[] Epochs);
}
