using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>Reads run folders and leaves them as they are.</summary>
internal static class RunReader
{
    // A file of another program may have this name too.
    private static readonly JsonSerializerOptions ArgumentsJson = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>All runs in a folder, the latest first.</summary>
    public static IReadOnlyList<RunRecord> All(string output) => !Directory.Exists(output) ? [] :
        [.. Directory.GetDirectories(output)
            .Select(path => (Run: Read(path), Name: RunName.TryParse(Path.GetFileName(path))))
            .Where(found => found.Run is not null)
            .OrderByDescending(found => found.Name?.Started ?? Directory.GetLastWriteTime(found.Run!.Folder))
            .ThenByDescending(found => found.Name?.Number)
            .ThenBy(found => found.Run!.Name, StringComparer.Ordinal)
            .Select(found => found.Run!)];

    /// <returns>null when the folder is no run's.</returns>
    public static RunRecord? Read(string path)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        RunName? name = RunName.TryParse(Path.GetFileName(folder));
        RunRecord? run = FromReport(folder) ?? FromCheckpoint(folder) ?? FromArguments(folder);
        if (run is null && name is not null)
            run = new RunRecord(folder, RunState.Damaged) { Network = name.Network, Seed = name.Seed };
        bool trained = run is not null and not { State: RunState.Finished } && IsClaimed(folder);
        return trained ? run! with { State = RunState.Training } : run;
    }

    private static RunRecord? FromReport(string folder)
    {
        if (RunReport.TryRead(Path.Combine(folder, RunReport.FileName)) is not { } report) return null;

        return new RunRecord(folder, StateOf(folder, report))
        {
            Network = report.Network,
            Seed = report.Recipe.Seed,
            Recipe = report.Recipe,
            DataSet = report.DataSet,
            DataSetSha256 = report.DataSetSha256,
            Threads = report.Threads,
            Version = report.Version,
            Torch = report.Torch,
            Epochs = Metrics(folder),
            Report = report,
        };
    }

    private static RunState StateOf(string folder, RunReport report)
    {
        if (report.Interrupted) return RunState.Interrupted;
        try
        {
            return RunSearch.ReadFinished(folder) is null ? RunState.Damaged : RunState.Finished;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RunState.Damaged;
        }
    }

    private static RunRecord? FromCheckpoint(string folder)
    {
        string path = Checkpoint.PathIn(folder);
        if (!File.Exists(path) || TryRead() is not (var run, var epochs)) return null;

        return new RunRecord(folder, RunState.Stopped)
        {
            Network = run.Network,
            Seed = run.Recipe.Seed,
            Recipe = run.Recipe,
            DataSet = run.DataSet,
            DataSetSha256 = run.DataSetSha256,
            Threads = run.Threads,
            Version = run.Version,
            Torch = run.Torch,
            Epochs = epochs,
        };

        Checkpoint.Header? TryRead()
        {
            try
            {
                return Checkpoint.ReadHeader(folder);
            }
            catch (Exception e) when (e is ResumeException or IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private static RunRecord? FromArguments(string folder)
    {
        try
        {
            string file = Path.Combine(folder, "arguments.json");
            if (!File.Exists(file)) return null;

            ArgumentsFile? given = JsonSerializer.Deserialize<ArgumentsFile>(File.ReadAllBytes(file), ArgumentsJson);
            bool lost = File.Exists(Path.Combine(folder, RunReport.FileName)) || File.Exists(Checkpoint.PathIn(folder));
            return given is null ? null : new RunRecord(folder, lost ? RunState.Damaged : RunState.Unfinished)
            {
                Network = given.Network,
                Seed = given.Recipe.Seed,
                Recipe = given.Recipe,
                DataSet = given.DataSet,
                DataSetSha256 = given.DataSetSha256,
                Version = given.Version,
                Epochs = Metrics(folder),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<EpochMetrics> Metrics(string folder) =>
        MetricsCsv.TryRead(Path.Combine(folder, MetricsCsv.FileName)) ?? [];

    // Whoever trains holds the lock; a file that a killed process left behind, nobody.
    private static bool IsClaimed(string folder)
    {
        try
        {
            string file = Path.Combine(folder, RunFolder.LockFile);
            if (!File.Exists(file)) return false;

            using var probe = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record ArgumentsFile(
        [property: JsonPropertyName("network")] string Network,
        [property: JsonPropertyName("recipe")] Recipe Recipe,
        [property: JsonPropertyName("data")] string DataSet,
        [property: JsonPropertyName("data_sha256")] string DataSetSha256,
        string Version);
}
