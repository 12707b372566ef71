using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>All workers side by side, and one table of what they saw.</summary>
internal static class Campaign
{
    private static readonly int[] MemoryMarks = [10, 50, 100];

    /// <returns>1 where a worker crashed, hung or met an exception that is not documented; else 0.</returns>
    public static int Run(IFuzzTarget target, Plan plan, int threads, string? keep)
    {
        var notes = new List<string>();
        var watch = Stopwatch.StartNew();
        var workers = plan.Split(threads).Select(part => new WorkerProcess(part, keep, notes)).ToList();
        try
        {
            var memory = WatchAll(plan, workers);
            Print(target, plan, workers, memory, watch.Elapsed);
            foreach (string note in notes)
                Console.WriteLine(note);
            return workers.Any(worker => worker.Crashes + worker.Hangs + worker.Board.Unexpected > 0) ? 1 : 0;
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

    private static void Print(
        IFuzzTarget target, Plan plan, List<WorkerProcess> workers, List<long> memory, TimeSpan elapsed)
    {
        long count = workers.Sum(worker => worker.Board.Done);
        var slowest = workers.MaxBy(worker => worker.Board.SlowestMicroseconds)!.Board;
        Row("inputs", $"{count}, {plan.Command} {plan.First} to {plan.End - 1} of seed {plan.Seed}");
        for (int i = 0; i < target.Outcomes.Count; i++)
        {
            long outcome = workers.Sum(worker => worker.Board.Outcome(i));
            Row(target.Outcomes[i], $"{outcome} ({100.0 * outcome / count:F3} %)");
        }
        Row("unexpected exceptions", workers.Sum(worker => worker.Board.Unexpected));
        Row("crashes", workers.Sum(worker => worker.Crashes));
        Row("hangs", workers.Sum(worker => worker.Hangs));
        long busy = workers.Sum(worker => worker.Board.BusyOverOneSecond);
        Row("calls over 1 s", $"{workers.Sum(worker => worker.Board.OverOneSecond)}, of processor time {busy}");
        Row("slowest call", $"{slowest.SlowestMicroseconds / 1000.0:F1} ms, input {slowest.SlowestIndex}");
        for (int i = 0; i < memory.Count; i++)
            Row($"memory at {MemoryMarks[i]} %", $"{memory[i] >> 20} MiB in the largest worker");
        double seconds = elapsed.TotalSeconds;
        Row("time", $"{seconds:F1} s, {count / seconds:F0} a second in {workers.Count} workers");
    }

    private static void Row(string name, object value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{value}"));
}
