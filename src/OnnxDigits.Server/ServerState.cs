using System.Reflection;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server;

/// <summary>Describes the server, counts its running requests, and drains it when it stops.</summary>
internal sealed class ServerState(ServerOptions options) : IHostedLifecycleService
{
    public const string Name = "OnnxDigits.Server";

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _isStopping;

    /// <summary>Gets the names of the supported extensions.</summary>
    public static string[] Extensions { get; } = ["binary_tensor_data", "classification"];

    public static string Version { get; } = typeof(ServerState).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Gets a value that indicates whether the server accepts requests.</summary>
    public bool IsReady => !_isStopping;

    /// <summary>Registers a running request until the result is disposed.</summary>
    /// <exception cref="ProtocolException">The server is stopping.</exception>
    public IDisposable Enter()
    {
        Interlocked.Increment(ref _running);
        if (IsReady) return new Running(this);
        Leave();
        throw new ProtocolException("The server is stopping.", StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Refuses new requests and waits for the running ones. The server still listens meanwhile.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        _isStopping = true;
        Leave();
        var limit = Task.Delay(TimeSpan.FromSeconds(options.GracePeriod), cancellationToken);
        await Task.WhenAny(_drained.Task, limit).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0 && _isStopping) _drained.TrySetResult();
    }

    private sealed class Running(ServerState state) : IDisposable
    {
        public void Dispose() => state.Leave();
    }
}
