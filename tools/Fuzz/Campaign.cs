using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>All workers side by side, and one table of what they saw.</summary>
internal static class Campaign
{
    private static readonly int[] MemoryMarks = [10, 50, 100];

    /// <returns>1 where an input crashed a worker, hung, took a second of the processor, met an exception that is not documented, or was answered wrongly; else 0.</returns>
    public static int Run(IFuzzTarget target, Plan plan, int threads, string? keep)
    {
        var notes = new List<string>();
        var watch = Stopwatch.StartNew();
        var workers = plan.Split(threads).Select(part => new WorkerProcess(part, keep, notes)).ToList();
        try
        {
            var memory = WatchAll(plan, workers);
            FuzzFigures figures = Sum(target, plan, workers, memory);
            Print(figures, plan, workers, watch.Elapsed);
            foreach (string note in notes)
                Console.WriteLine(note);
            return figures.Faults > 0 ? 1 : 0;
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    /// <summary>Until all are done; the largest worker's memory at each mark.</summary>
    private static List<long> WatchAll(Plan plan, List<WorkerProcess> workers)
    {
        var memory = new List<long>();
        for (bool running = true; running;)
        {
            Thread.Sleep(100);
            running = workers.Count(worker => worker.Watch()) > 0;
            long done = workers.Sum(worker => worker.Board.Done);
            while (memory.Count < MemoryMarks.Length - 1 && done * 100 >= plan.Count * MemoryMarks[memory.Count])
                memory.Add(Largest());
        }
        memory.Add(Largest());
        return memory;

        long Largest() => workers.Max(worker => worker.Memory);
    }

    private static FuzzFigures Sum(IFuzzTarget target, Plan plan, List<WorkerProcess> workers, List<long> memory)
    {
        long Total(Func<WorkerProcess, long> count) => workers.Sum(count);
        Dictionary<string, long> outcomes = target.Outcomes.Index().ToDictionary(
            outcome => outcome.Item, outcome => Total(worker => worker.Board.Outcome(outcome.Index)));
        return new FuzzFigures(
            plan.Command, plan.Seed, Total(worker => worker.Board.Done), outcomes,
            target.Wrong is { } wrong ? outcomes[wrong] : 0, Total(worker => worker.Board.Unexpected), Total(worker => worker.Crashes),
            Total(worker => worker.Hangs), Total(worker => worker.Board.BusyOverOneSecond),
            [.. MemoryMarks.Zip(memory, (mark, bytes) => new MemoryMark(mark, bytes >> 20))]);
    }

    private static void Print(FuzzFigures figures, Plan plan, List<WorkerProcess> workers, TimeSpan elapsed)
    {
        var slowest = workers.MaxBy(worker => worker.Board.SlowestMicroseconds)!.Board;
        Row("inputs", $"{figures.Inputs}, {plan.Command} {plan.First} to {plan.End - 1} of seed {plan.Seed}");
        foreach ((string outcome, long count) in figures.Outcomes)
            Row(outcome, $"{count} ({100.0 * count / figures.Inputs:F3} %)");
        Row("unexpected exceptions", figures.Unexpected);
        Row("crashes", figures.Crashes);
        Row("hangs", figures.Hangs);
        Row("calls over 1 s", $"{workers.Sum(worker => worker.Board.OverOneSecond)}, of processor time {figures.BusyOverOneSecond}");
        Row("slowest call", $"{slowest.SlowestMicroseconds / 1000.0:F1} ms, input {slowest.SlowestIndex}");
        foreach (MemoryMark mark in figures.Memory)
            Row($"memory at {mark.Percent} %", $"{mark.MiB} MiB in the largest worker");
        double seconds = elapsed.TotalSeconds;
        Row("time", $"{seconds:F1} s, {figures.Inputs / seconds:F0} a second in {workers.Count} workers");
    }

    private static void Row(string name, object value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{value}"));
}
