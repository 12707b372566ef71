using System.Security.Cryptography;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>Finds the latest run of a network and a seed that left something to go on from.</summary>
internal sealed class RunSearch(string output, Action<string> warn)
{
    /// <returns>null when there is nothing to go on from.</returns>
    /// <exception cref="ResumeException">The run is another one than is asked for, or another process trains it.</exception>
    public FoundRun? Find(RunIdentity wanted)
    {
        foreach (string path in Folders(wanted.Network, wanted.Recipe.Seed))
        {
            if (Finished(path) is { } finished) return IsOf(finished.Report, wanted) ? finished : null;
            if (Stopped(path, wanted) is { } stopped) return stopped;
        }

        return null;
    }

    // The latest first; runs that began in the same second are numbered.
    private IEnumerable<string> Folders(string network, long seed) => !Directory.Exists(output) ? [] :
        from path in Directory.GetDirectories(output)
        let name = RunName.TryParse(Path.GetFileName(path))
        where name is not null && name.Network == network && name.Seed == seed
        orderby name.Started descending, name.Number descending
        select path;

    /// <returns>null when the folder has no report of a finished run, or not the model that it reports.</returns>
    public static FoundRun.Finished? Finished(string path)
    {
        if (RunReport.TryRead(Path.Combine(path, RunReport.FileName)) is not { Interrupted: false } report) return null;

        string model = Path.Combine(path, $"{report.Network}.onnx");
        return File.Exists(model) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model))) == report.OnnxSha256
            ? new FoundRun.Finished(report, model)
            : null;
    }

    private static bool IsOf(RunReport report, RunIdentity wanted) => wanted == wanted with
    {
        Recipe = report.Recipe,
        DataSet = report.DataSet,
        DataSetSha256 = report.DataSetSha256,
        Threads = report.Threads,
        Version = report.Version,
        Torch = report.Torch,
        Device = report.Device,
    };

    private FoundRun.Stopped? Stopped(string path, RunIdentity wanted)
    {
        RunFolder folder = Claim(path);
        try
        {
            if (new CheckpointFiles(path).ReadLastGood(warn) is { } checkpoint)
            {
                Refuse(path, checkpoint.Run.DifferencesTo(wanted));
                return new FoundRun.Stopped(folder, checkpoint);
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        folder.Dispose();
        return null;
    }

    private static RunFolder Claim(string path)
    {
        try
        {
            return RunFolder.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResumeException(
                $"{path} cannot be gone on with: {e.Message} Wait for the process that trains there, or train without "
                + "--resume.", e);
        }
    }

    private static void Refuse(string path, IReadOnlyList<string> differences)
    {
        if (differences.Count == 0) return;
        throw new ResumeException(
            $"The checkpoint in {path} belongs to another run: {string.Join("; ", differences)}. "
            + "Give the options of that run again (its arguments.json has them), or train without --resume.");
    }
}
