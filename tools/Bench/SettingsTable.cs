using CrossCheck;

namespace OnnxDigits.Tools.Bench;

/// <summary>What threads and spinning do to one image and to a batch, alone and beside busy neighbours.</summary>
internal static class SettingsTable
{
    private const int Calls = 4000;

    public static void Print()
    {
        byte[] model = ShippedModel.Open("conv").File;
        Console.WriteLine($"{Environment.ProcessorCount} processors; one image in µs, 1,024 images in images/s");
        Console.WriteLine("threads spinning | alone: median     p99 | busy: median     p99 | 1,024 alone    busy");
        foreach (int threads in new[] { 1, 2 })
        {
            foreach (bool spinning in new[] { false, true })
                PrintRow(model, threads, spinning);
        }
    }

    private static void PrintRow(byte[] model, int threads, bool spinning)
    {
        using var single = new BareRuntime(model, 1, threads, spinning);
        using var batch = new BareRuntime(model, DigitInputs.Most, threads, spinning);
        Timing.Microseconds(100, single.Run);
        Timing.Microseconds(2, batch.Run);
        var (alone, aloneRate) = Measure(single, batch);
        var (busy, busyRate) = WithBusyCores(() => Measure(single, batch));
        Console.WriteLine(
            $"{threads,7} {(spinning ? "on" : "off"),8} | {Quantiles(alone, 13)} | {Quantiles(busy, 12)}"
            + $" | {aloneRate,11:0} {busyRate,7:0}");
    }

    private static string Quantiles(double[] times, int width) =>
        Timing.Quantile(times, 0.5).ToString("0").PadLeft(width) + Timing.Quantile(times, 0.99).ToString("0").PadLeft(8);

    private static (double[] Single, double BatchRate) Measure(BareRuntime single, BareRuntime batch) =>
        (Timing.Microseconds(Calls, single.Run),
            DigitInputs.Most * 1e6 / Timing.Quantile(Timing.Microseconds(15, batch.Run), 0.5));

    // A server's other threads: one per processor, each working half of the time.
    private static T WithBusyCores<T>(Func<T> measure)
    {
        using var stop = new CancellationTokenSource();
        Thread[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Thread.SpinWait(20_000);
                Thread.Sleep(1);
            }
        }))];
        foreach (var worker in workers)
            worker.Start();
        try
        {
            return measure();
        }
        finally
        {
            stop.Cancel();
            foreach (var worker in workers)
                worker.Join();
        }
    }
}
