using System.Runtime.InteropServices;

namespace OnnxDigits.Cli;

/// <summary>Ctrl-C and SIGTERM as a cancellation with the exit code that belongs to it.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationToken Token => _source.Token;

    public int ExitCode { get; private set; } = Cli.ExitCode.Interrupted;

    /// <summary>Catches the signals so that what is finished can be flushed before the process ends.</summary>
    public void ListenToProcess()
    {
        Listen(PosixSignal.SIGINT, Cli.ExitCode.Interrupted);
        Listen(PosixSignal.SIGTERM, Cli.ExitCode.Terminated);
    }

    public void Request(int exitCode)
    {
        ExitCode = exitCode;
        _source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Listen(PosixSignal signal, int exitCode) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            // A second signal ends the process at once.
            context.Cancel = !Token.IsCancellationRequested;
            Request(exitCode);
        }));
}
