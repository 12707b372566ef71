using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OnnxDigits.Server.Batching;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;

namespace OnnxDigits.Server.Tests;

/// <summary>Joining of requests. A run waits until the test lets it go, so that the others wait in the queue.</summary>
public sealed class RequestQueueTests : IDisposable
{
    private readonly SemaphoreSlim _started = new(0), _go = new(0);
    private readonly List<int[]> _batches = [];
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _services.Dispose();
        _started.Dispose();
        _go.Dispose();
    }

    [Fact]
    public async Task RunAsync_WhileBusy_JoinsWaitingRequestsInOrder()
    {
        using var queue = Create(batchRows: 4);
        var first = await StartAsync(queue, 1);
        var others = Enumerable.Range(2, 6).Select(input => queue.RunAsync(input, rows: 1, Cancellation)).ToArray();
        _go.Release(10);
        Assert.Equal(10, await first);
        int[] expected = [20, 30, 40, 50, 60, 70];
        Assert.Equal(expected, await Task.WhenAll(others));
        Assert.Equal([[1], [2, 3, 4, 5], [6, 7]], _batches);
    }

    [Fact]
    public async Task RunAsync_RequestsThatDontFit_RunInAnotherBatch()
    {
        using var queue = Create(batchRows: 4, canJoin: (one, other) => one % 2 == other % 2);
        var first = await StartAsync(queue, 1);
        var others = new[] { (2, 1), (4, 2), (6, 2), (8, 1), (3, 1) }
            .Select(request => queue.RunAsync(request.Item1, request.Item2, Cancellation)).ToArray();
        _go.Release(10);
        await Task.WhenAll([first, .. others]);
        Assert.Equal([[1], [2, 4], [6, 8], [3]], _batches);
    }

    [Fact]
    public async Task RunAsync_RequestFails_FailsAlone()
    {
        using var queue = Create(batchRows: 8);
        var first = await StartAsync(queue, 1);
        var others = new[] { 2, -3, 4 }.Select(input => queue.RunAsync(input, rows: 1, Cancellation)).ToArray();
        _go.Release(10);
        Assert.Equal(10, await first);
        Assert.Equal(20, await others[0]);
        Assert.Equal("-3", (await Assert.ThrowsAsync<ArithmeticException>(() => others[1])).Message);
        Assert.Equal(40, await others[2]);
    }

    [Fact]
    public async Task RunAsync_CallerGivesUp_LeavesTheOthers()
    {
        using var queue = Create(batchRows: 8);
        var first = await StartAsync(queue, 1);
        using var caller = new CancellationTokenSource();
        var lost = queue.RunAsync(2, rows: 1, caller.Token);
        var kept = queue.RunAsync(3, rows: 1, Cancellation);
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        _go.Release(10);
        await first;
        Assert.Equal(30, await kept);
        Assert.Equal([[1], [3]], _batches);
    }

    [Fact]
    public async Task RunAsync_QueueIsFull_IsRefusedWith429()
    {
        using var queue = Create(batchRows: 1, length: 2);
        var running = await StartAsync(queue, 1);
        Task<int>[] waiting = [queue.RunAsync(2, 1, Cancellation), queue.RunAsync(3, 1, Cancellation)];
        var refusal = await Assert.ThrowsAsync<ProtocolException>(() => queue.RunAsync(4, 1, Cancellation));
        Assert.Equal(429, refusal.Status);
        _go.Release(10);
        await Task.WhenAll([running, .. waiting]);
    }

    [Fact]
    public async Task RunAsync_WhileAnotherThreadIsBusy_WaitsForMoreUpToTheDelay()
    {
        using var queue = Create(batchRows: 3, workers: 2, delay: TimeSpan.FromSeconds(30));
        var first = await StartAsync(queue, 1);
        // The second thread waits, because its batch isn't full, and runs as soon as it is.
        Task<int>[] others = [.. new[] { 2, 3, 4 }.Select(input => queue.RunAsync(input, 1, Cancellation))];
        await _started.WaitAsync(Cancellation);
        Assert.Equal([[1], [2, 3, 4]], _batches);
        _go.Release(10);
        await Task.WhenAll([first, .. others]);
    }

    [Fact]
    public async Task Dispose_RequestsWait_FinishesThem()
    {
        var queue = Create(batchRows: 2);
        var first = await StartAsync(queue, 1);
        var other = queue.RunAsync(2, 1, Cancellation);
        _go.Release(10);
        await Task.Run(queue.Dispose, Cancellation);
        Assert.Equal((10, 20), (await first, await other));
        await Assert.ThrowsAsync<ProtocolException>(() => queue.RunAsync(3, 1, Cancellation));
    }

    private async Task<Task<int>> StartAsync(RequestQueue<int, int> queue, int input)
    {
        var result = queue.RunAsync(input, rows: 1, Cancellation);
        await _started.WaitAsync(Cancellation);
        return result;
    }

    // Multiplies by 10, and fails for negative numbers.
    private RequestQueue<int, int> Create(
        int batchRows, int length = 100, int workers = 1, TimeSpan delay = default,
        Func<int, int, bool>? canJoin = null) => new(
            new QueueSettings(length, workers, batchRows, delay),
            new ServerMetrics(_services.GetRequiredService<IMeterFactory>()).Of("numbers"),
            canJoin ?? ((_, _) => true),
            inputs =>
            {
                lock (_batches) _batches.Add([.. inputs]);
                _started.Release();
                _go.Wait(TimeSpan.FromMinutes(1));
                return inputs.All(input => input >= 0)
                    ? [.. inputs.Select(input => 10 * input)]
                    : throw new ArithmeticException($"{inputs.First(input => input < 0)}");
            });
}
