using System.Diagnostics;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;

namespace OnnxDigits.Server.Batching;

/// <summary>Joins requests that wait for the same model into batches, and runs them on its own threads.</summary>
/// <remarks>
/// A request to an idle model runs at once. While the model is busy, requests wait for a free thread. The thread takes
/// all requests that fit into a batch. If the batch isn't full and other threads are busy, it waits for more requests
/// up to the maximum delay. A run blocks its thread, so the queue doesn't use threads of the pool, which serve the
/// connections.
/// </remarks>
internal sealed class RequestQueue<TInput, TOutput> : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly QueueSettings _settings;
    private readonly ModelMetrics _metrics;
    private readonly Func<IReadOnlyList<TInput>, IReadOnlyList<TOutput>> _run;
    private readonly Func<TInput, TInput, bool> _canJoin;
    private readonly Thread[] _threads;
    private int _busy;
    private bool _isStopping;

    /// <param name="settings">The limits.</param>
    /// <param name="metrics">The instruments of the model.</param>
    /// <param name="canJoin">Indicates whether two requests may be in one batch.</param>
    /// <param name="run">Runs a batch and returns the results in the order of the inputs.</param>
    public RequestQueue(
        QueueSettings settings, ModelMetrics metrics, Func<TInput, TInput, bool> canJoin,
        Func<IReadOnlyList<TInput>, IReadOnlyList<TOutput>> run)
    {
        (_settings, _metrics, _canJoin, _run) = (settings, metrics, canJoin, run);
        _threads = [.. Enumerable.Range(0, settings.Workers).Select(_ => new Thread(Work) { IsBackground = true })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Runs an input, alone or with others.</summary>
    /// <param name="input">The input.</param>
    /// <param name="rows">The number of rows that the input adds to a batch.</param>
    /// <param name="cancellationToken">
    /// Stops waiting for the result. Other inputs of the batch are not affected.
    /// </param>
    /// <exception cref="ProtocolException">Too many requests wait, or the server is stopping.</exception>
    public Task<TOutput> RunAsync(TInput input, int rows, CancellationToken cancellationToken)
    {
        var entry = new Entry(input, rows, cancellationToken);
        lock (_gate)
        {
            if (_isStopping)
            {
                throw new ProtocolException("The server is stopping.", StatusCodes.Status503ServiceUnavailable);
            }
            if (_waiting.Count >= _settings.Length)
            {
                throw new ProtocolException(
                    $"{_waiting.Count} requests wait for this model, the limit of this server. Try again later.",
                    StatusCodes.Status429TooManyRequests);
            }
            _waiting.Enqueue(entry);
            Monitor.Pulse(_gate);
        }
        _metrics.AddPending(1);
        return entry.Result.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs the waiting requests and ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads) thread.Join();
    }

    private void Work()
    {
        while (TakeBatch() is { } batch)
        {
            _metrics.AddPending(-batch.Count);
            batch.RemoveAll(entry => entry.Cancellation.IsCancellationRequested);
            if (batch.Count > 0)
            {
                foreach (var entry in batch) _metrics.RecordWait(entry.Start);
                _metrics.RecordBatch(batch.Sum(entry => entry.Rows));
                Run(batch);
            }
            lock (_gate) _busy--;
        }
    }

    private List<Entry>? TakeBatch()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_isStopping) return null;
                Monitor.Wait(_gate);
            }
            List<Entry> batch = [_waiting.Dequeue()];
            int rows = batch[0].Rows;
            long start = Stopwatch.GetTimestamp();
            _busy++;
            while (true)
            {
                while (_waiting.TryPeek(out var next) && rows + next.Rows <= _settings.BatchRows
                    && _canJoin(batch[0].Input, next.Input))
                {
                    batch.Add(_waiting.Dequeue());
                    rows += next.Rows;
                }
                var left = _settings.MaxDelay - Stopwatch.GetElapsedTime(start);
                bool waits = _waiting.Count == 0 && rows < _settings.BatchRows && _busy > 1 && !_isStopping;
                if (!waits || left <= TimeSpan.Zero) return batch;
                Monitor.Wait(_gate, (int)Math.Ceiling(left.TotalMilliseconds));
            }
        }
    }

    // If a batch fails, its requests run one by one, so that a bad request doesn't fail the others.
    private void Run(IReadOnlyList<Entry> batch)
    {
        try
        {
            var outputs = _run([.. batch.Select(entry => entry.Input)]);
            for (int i = 0; i < batch.Count; i++) batch[i].Result.TrySetResult(outputs[i]);
        }
        catch (Exception e) when (batch.Count == 1 || e is TimeoutException)
        {
            foreach (var entry in batch) entry.Result.TrySetException(e);
        }
        catch (Exception)
        {
            foreach (var entry in batch) Run([entry]);
        }
    }

    private sealed record Entry(TInput Input, int Rows, CancellationToken Cancellation)
    {
        public long Start { get; } = Stopwatch.GetTimestamp();

        public TaskCompletionSource<TOutput> Result { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Represents the limits of a <see cref="RequestQueue{TInput, TOutput}"/>.</summary>
/// <param name="Length">The number of requests that may wait.</param>
/// <param name="Workers">The number of batches that run at a time.</param>
/// <param name="BatchRows">The number of rows up to which requests are joined, or 1 for no joining.</param>
/// <param name="MaxDelay">The longest time that a batch waits for more requests while other batches run.</param>
internal sealed record QueueSettings(int Length, int Workers, int BatchRows, TimeSpan MaxDelay)
{
    public static QueueSettings Of(ServerOptions options, int batchRows) => new(
        options.QueueLength, ServerOptions.OrProcessors(options.Workers), batchRows,
        TimeSpan.FromMilliseconds(options.MaxDelay));
}
