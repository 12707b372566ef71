using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>The training command in a process of its own.</summary>
internal sealed partial class TrainingProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Starts three epochs of nine steps, each of which writes a checkpoint.</summary>
    public TrainingProcess(string network, string output, bool resume)
    {
        string[] arguments =
        [
            typeof(TrainingProcess).Assembly.Location, Worker.Name, "--network", network, "--epochs", "3", "--batch-size", "64",
            "--threads", "1", "--output", output, "--checkpoint-every", "0", .. resume ? ["--resume"] : Array.Empty<string>(),
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it wrote, once it has ended.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Waits for its end, and ends a process that hangs.</summary>
    /// <returns>The exit code, 128 and the signal's number after a signal; −1 for one that hung.</returns>
    public int Wait()
    {
        if (_process.WaitForExit(Patience))
        {
            _process.WaitForExit();
            return _process.ExitCode;
        }

        _process.Kill();
        return -1;
    }

    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Sends a signal, if the process is still there to get it.</summary>
    public void Signal(int number)
    {
        if (!_process.HasExited) _ = Kill(_process.Id, number);
    }

    public void Dispose() => _process.Dispose();

    private void Add(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
