using System.Runtime.InteropServices;

namespace Shared;

/// <summary>
/// Turns SIGINT (Ctrl-C), SIGTERM and SIGHUP into cancellation. A second signal ends the process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _terminated = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>Gets a token that each of the signals cancels.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>
    /// Gets a token that SIGTERM and SIGHUP cancel. The process usually has only a few seconds left.
    /// </summary>
    public CancellationToken Terminated => _terminated.Token;

    /// <summary>Gets the exit code of a stopped process. The first signal determines it.</summary>
    public int ExitCode => _exitCode;

    /// <summary>Starts handling the process's signals.</summary>
    public void ListenToProcess()
    {
        Listen(PosixSignal.SIGINT, Interrupt);
        Listen(PosixSignal.SIGTERM, Terminate);
        Listen(PosixSignal.SIGHUP, HangUp);
    }

    public void Interrupt() => Stop(Shared.ExitCode.Interrupted);

    public void Terminate() => Stop(Shared.ExitCode.Terminated);

    public void HangUp() => Stop(Shared.ExitCode.HungUp);

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _terminated.Dispose();
        _stopped.Dispose();
    }

    private void Stop(int exitCode)
    {
        Interlocked.CompareExchange(ref _exitCode, exitCode, 0);
        if (exitCode != Shared.ExitCode.Interrupted) _terminated.Cancel();
        _stopped.Cancel();
    }

    private void Listen(PosixSignal signal, Action request) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !Stopped.IsCancellationRequested;
            request();
        }));
}
