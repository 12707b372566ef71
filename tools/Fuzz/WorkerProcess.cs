using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>The parent's side of a worker: starts it, sees it crash or hang, and goes on behind that input.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // A call over a second is counted; one over this is taken for endless and ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostNotes = 100;

    private readonly string _scoreboardPath = Path.GetTempFileName();
    private readonly string? _keep;
    private readonly List<string> _notes;
    private Plan _plan;
    private Process _process;
    private string _error = "";

    public WorkerProcess(Plan plan, string? keep, List<string> notes)
    {
        _keep = keep;
        _notes = notes;
        _plan = plan;
        Board = new Scoreboard(_scoreboardPath);
        _process = Start();
    }

    public Scoreboard Board { get; }

    public int Crashes { get; private set; }

    public int Hangs { get; private set; }

    /// <summary>Resident memory in bytes, as last seen.</summary>
    public long Memory { get; private set; }

    /// <summary>Looks after the process; false when its part is done.</summary>
    public bool Watch()
    {
        if (_process.HasExited)
        {
            _process.WaitForExit();
            if (_process.ExitCode == 0)
                return false;
            Crashes++;
            Note($"input {Board.Current}: CRASH, exit code {_process.ExitCode}: {_error}");
            return GoOn();
        }
        try
        {
            _process.Refresh();
            if (_process.WorkingSet64 is > 0 and var memory)
                Memory = memory;
        }
        catch (InvalidOperationException)
        {
            // It has ended since it was asked, and has none: the next look sees that.
            return true;
        }
        long started = Board.Started;
        if (started == 0 || Environment.TickCount64 - started < Patience.TotalMilliseconds)
            return true;
        Hangs++;
        Note($"input {Board.Current}: HANG, ended after {Patience.TotalSeconds} s");
        _process.Kill();
        _process.WaitForExit();
        return GoOn();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Board.Dispose();
        File.Delete(_scoreboardPath);
    }

    private bool GoOn()
    {
        _process.Dispose();
        _plan = _plan.After(Board.Current);
        Board.Started = 0;
        Board.Done++;
        if (_plan.Count == 0)
            return false;
        _process = Start();
        return true;
    }

    private Process Start()
    {
        string[] arguments =
        [
            typeof(WorkerProcess).Assembly.Location, _plan.Command, "--worker", _scoreboardPath,
            "--seed", Text(_plan.Seed), "--first", Text(_plan.First), "--count", Text(_plan.Count),
            .. _keep is null ? Array.Empty<string>() : ["--keep", _keep],
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => Note(e.Data);
        // The first line says what happened, the others where.
        _error = "";
        process.ErrorDataReceived += (_, e) => _error = _error.Length > 0 ? _error : e.Data ?? "";
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Note(string? text)
    {
        lock (_notes)
        {
            if (text is not null && _notes.Count < MostNotes)
                _notes.Add(text);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
