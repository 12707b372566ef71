using System.Security.Cryptography;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>Finds the run that <c>--resume</c> continues.</summary>
internal static class RunSearch
{
    /// <summary>Returns the folder of the latest run with this network and seed that is finished or has a checkpoint.</summary>
    /// <param name="output">The folder that holds the run folders.</param>
    /// <param name="wanted">The identity of the run to resume.</param>
    /// <returns>
    /// The folder, with the report if the run is finished; <see langword="null"/> if there is no such run, or if the
    /// latest one is finished and had other settings.
    /// </returns>
    public static (string Folder, RunReport? Report)? Find(string output, RunIdentity wanted)
    {
        foreach (string folder in Folders(output, wanted.Network, wanted.Recipe.Seed))
        {
            if (ReadFinished(folder) is { } report) return IsOf(report, wanted) ? (folder, report) : null;
            if (File.Exists(Checkpoint.PathIn(folder))) return (folder, null);
        }

        return null;
    }

    /// <summary>Returns the report of a finished run whose model is still the one reported; otherwise null.</summary>
    public static RunReport? ReadFinished(string folder)
    {
        if (RunReport.TryRead(Path.Combine(folder, RunReport.FileName)) is not { Interrupted: false } report) return null;

        string model = ModelPath(folder, report.Network);
        return File.Exists(model) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model))) == report.OnnxSha256
            ? report
            : null;
    }

    /// <summary>Returns the path of the exported model in a run's folder.</summary>
    public static string ModelPath(string folder, string network) => Path.Combine(folder, $"{network}.onnx");

    // The latest first. Runs that started in the same second are numbered.
    private static IEnumerable<string> Folders(string output, string network, long seed) => !Directory.Exists(output) ? [] :
        from path in Directory.GetDirectories(output)
        let name = RunName.TryParse(Path.GetFileName(path))
        where name is not null && name.Network == network && name.Seed == seed
        orderby name.Started descending, name.Number descending
        select path;

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
}
