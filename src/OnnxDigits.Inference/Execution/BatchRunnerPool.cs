namespace OnnxDigits.Inference.Execution;

/// <summary>Lends runners to threads without a lock, and without allocating once the runners exist.</summary>
internal sealed class BatchRunnerPool(DeviceSession session) : IDisposable
{
    private readonly BatchRunner?[] _idle = new BatchRunner?[Math.Max(4, 2 * Environment.ProcessorCount)];

    public BatchRunner Rent()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } runner) return runner;
        }
        return new BatchRunner(session);
    }

    public void Return(BatchRunner runner)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], runner, null) is null) return;
        }
        runner.Dispose();
    }

    public void Dispose()
    {
        for (int i = 0; i < _idle.Length; i++) Interlocked.Exchange(ref _idle[i], null)?.Dispose();
    }
}
