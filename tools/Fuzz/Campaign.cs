using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Runs inputs in worker processes, restarts those that crash or hang, and prints the outcomes.</summary>
internal sealed class Campaign
{
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private long _faults, _largestMemory;
    private double _slowest;

    /// <summary>Runs a campaign.</summary>
    /// <param name="command">The target's command.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="threads">The number of worker processes.</param>
    /// <param name="files">A folder of further seeds, or <see langword="null"/>.</param>
    /// <param name="keep">A folder that receives each input, or <see langword="null"/>.</param>
    /// <returns>1 if an input crashed or hung a worker, or had an undocumented outcome; otherwise 0.</returns>
    public static int Run(string command, Inputs inputs, int threads, string? files, string? keep)
    {
        var campaign = new Campaign();
        var watch = Stopwatch.StartNew();
        string[] options =
        [
            .. files is null ? (string[])[] : ["--files", files],
            .. keep is null ? (string[])[] : ["--keep", keep],
        ];
        Thread[] workers =
            [.. inputs.Split(threads).Select(part => new Thread(() => campaign.RunPart(command, part, options)))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        campaign.Print(command, inputs, watch.Elapsed);
        return campaign._faults > 0 ? 1 : 0;
    }

    private void RunPart(string command, Inputs part, string[] options)
    {
        long next = part.First;
        while (next < part.End)
        {
            string[] arguments =
            [
                Environment.GetCommandLineArgs()[0], command, "--worker",
                "--seed", $"{part.Seed}", "--first", $"{next}", "--count", $"{part.End - next}",
                .. options,
            ];
            var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            bool isHanging = false;
            using var watchdog = new Timer(_ =>
            {
                isHanging = true;
                process.Kill();
            }, null, HangAfter, Timeout.InfiniteTimeSpan);
            while (process.StandardOutput.ReadLine() is { } line)
            {
                watchdog.Change(HangAfter, Timeout.InfiniteTimeSpan);
                string[] words = line.Split(' ', 3);
                next = long.Parse(words[0], CultureInfo.InvariantCulture) + 1;
                Count(next - 1, words[2], double.Parse(words[1], CultureInfo.InvariantCulture), process);
            }

            process.WaitForExit();
            if (process.ExitCode == 0) return;
            string fault = isHanging ? "hang" : $"crash with exit code {process.ExitCode}";
            Count(next++, Worker.Fault + fault, 0, process);
        }
    }

    private void Count(long number, string outcome, double seconds, Process process)
    {
        const int MemoryInterval = 100;
        lock (_gate)
        {
            bool isFault = outcome.StartsWith(Worker.Fault, StringComparison.Ordinal);
            string name = isFault ? Worker.Fault.TrimEnd(':', ' ') : outcome;
            _outcomes[name] = _outcomes.GetValueOrDefault(name) + 1;
            _slowest = Math.Max(_slowest, seconds);
            if (isFault)
            {
                _faults++;
                Console.Error.WriteLine($"input {number}: {outcome}");
            }

            if (number % MemoryInterval != 0 || process.HasExited) return;
            process.Refresh();
            _largestMemory = Math.Max(_largestMemory, process.WorkingSet64);
        }
    }

    private void Print(string command, Inputs inputs, TimeSpan elapsed)
    {
        long count = inputs.End - inputs.First;
        Console.WriteLine($"| {command}, seed {inputs.Seed} | {count:N0} inputs |");
        Console.WriteLine("|---|---:|");
        foreach ((string outcome, long inputsWith) in _outcomes)
        {
            Console.WriteLine($"| {outcome} | {inputsWith:N0} ({(double)inputsWith / count:0.00 %}) |");
        }
        Console.WriteLine($"| slowest input, processor time | {_slowest:0.00} s |");
        Console.WriteLine($"| largest worker | {_largestMemory >> 20:N0} MiB |");
        Console.WriteLine($"| inputs in a second | {count / elapsed.TotalSeconds:N0} |");
    }
}
