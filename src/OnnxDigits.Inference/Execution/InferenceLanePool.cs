namespace OnnxDigits.Inference.Execution;

/// <summary>Lends lanes to threads without a lock, and without allocating once the lanes exist.</summary>
internal sealed class InferenceLanePool(DeviceSession session) : IDisposable
{
    private readonly InferenceLane?[] _idle = new InferenceLane?[Math.Max(4, 2 * Environment.ProcessorCount)];

    public InferenceLane Rent()
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } lane) return lane;
        }
        return new InferenceLane(session);
    }

    public void Return(InferenceLane lane)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], lane, null) is null) return;
        }
        lane.Dispose();
    }

    public void Dispose()
    {
        for (int i = 0; i < _idle.Length; i++) Interlocked.Exchange(ref _idle[i], null)?.Dispose();
    }
}
