using System.Diagnostics;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>
/// Disks of sizes at which something or other no longer fits. Training ends with 0 or with the code for results that
/// cannot be written; then the disk grows and the run is resumed.
/// </summary>
internal static class FullDisks
{
    private const int Output = 5;

    // What two checkpoints, a third one beside and the results take, in kilobytes.
    private static readonly Dictionary<string, int> Largest = new() { ["dense"] = 19_000, ["conv"] = 4_400 };

    public static IEnumerable<Trial> Run(Bench bench, int count)
    {
        string folder = bench.NewFolder();
        for (int i = 0; i < count; i++)
        {
            string network = Bench.Network(i);
            int size = Math.Max(16, Largest[network] * (i / 2) / Math.Max(1, (count - 1) / 2));
            if (!Mount($"size={size}k", folder))
            {
                yield return new Trial("full disk", network, "not tried", 0, "mounting a tmpfs is not permitted here: --disks 0 leaves them out");
                yield break;
            }

            try
            {
                yield return Fill(bench, network, size, folder);
            }
            finally
            {
                Succeeds("umount", folder);
            }
        }
    }

    private static Trial Fill(Bench bench, string network, int size, string folder)
    {
        using var process = new TrainingProcess(network, folder, resume: false);
        int code = process.Wait();
        string? failure = Trial.Judge(code, process.Output, 0, Output) ?? Complaints(code, process.Output);
        string where = $"{size} kB, {Traces.Of(folder)}";
        if (!Mount("remount,size=64m", folder)) throw new InvalidOperationException($"{folder} cannot be mounted larger.");
        return new Trial("full disk", network, where, code, failure ?? bench.Resume(network, folder));
    }

    // Each kind of complaint comes once.
    private static string? Complaints(int code, string output)
    {
        string[] lines = output.Split('\n');
        int errors = lines.Count(line => line.StartsWith("error:", StringComparison.Ordinal));
        int warnings = lines.Count(line => line.StartsWith("warning:", StringComparison.Ordinal));
        return errors == (code == 0 ? 0 : 1) && warnings <= 2 ? null : $"complained {errors} and {warnings} times: {output}";
    }

    private static bool Mount(string options, string folder) => Succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

    private static bool Succeeds(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
