using System.Runtime.InteropServices;

namespace OnnxDigits.Training.Commands;

/// <summary>Ctrl-C and SIGTERM: the first one stops the run after its step, a second one ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _terminated = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Stop after the step under way.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Stop so, and leave nothing behind but a checkpoint: whoever sent SIGTERM waits a few seconds only.</summary>
    public CancellationToken Terminated => _terminated.Token;

    /// <summary>What the process ends with when it is stopped.</summary>
    public int Code => Terminated.IsCancellationRequested ? ExitCode.Terminated : ExitCode.Interrupted;

    public void ListenToProcess()
    {
        Listen(PosixSignal.SIGINT, Interrupt);
        Listen(PosixSignal.SIGTERM, Terminate);
    }

    public void Interrupt() => _stop.Cancel();

    public void Terminate()
    {
        _terminated.Cancel();
        _stop.Cancel();
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _terminated.Dispose();
        _stop.Dispose();
    }

    private void Listen(PosixSignal signal, Action request) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !Stopped.IsCancellationRequested;
            request();
        }));
}
