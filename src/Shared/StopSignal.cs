using System.Runtime.InteropServices;

namespace Shared;

/// <summary>Turns SIGINT (Ctrl-C) and SIGTERM into cancellation. A second signal ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _terminated = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Gets a token that either signal cancels.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>
    /// Gets a token that only SIGTERM cancels. The sender usually kills the process a few seconds later.
    /// </summary>
    public CancellationToken Terminated => _terminated.Token;

    /// <summary>Gets the exit code of a stopped process.</summary>
    public int ExitCode =>
        Terminated.IsCancellationRequested ? Shared.ExitCode.Terminated : Shared.ExitCode.Interrupted;

    /// <summary>Starts handling the process's signals.</summary>
    public void ListenToProcess()
    {
        Listen(PosixSignal.SIGINT, Interrupt);
        Listen(PosixSignal.SIGTERM, Terminate);
    }

    public void Interrupt() => _stopped.Cancel();

    public void Terminate()
    {
        _terminated.Cancel();
        _stopped.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _terminated.Dispose();
        _stopped.Dispose();
    }

    private void Listen(PosixSignal signal, Action request) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !Stopped.IsCancellationRequested;
            request();
        }));
}
