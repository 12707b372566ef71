using OnnxDigits.Tools.Figures;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>All paths in turns, so that each meets the same moods of the machine.</summary>
internal static class Comparison
{
    public static SpeedFigures Write(Settings settings)
    {
        var figures = new SpeedFigures(settings.Rounds, settings.ProcessorTime, [
            .. from network in DigitNetworks.Notebook
               from threads in settings.Threads
               from path in Measure(network, threads, settings)
               select path,
        ]);
        Console.WriteLine($"{settings.Rounds} rounds in turns, images/s of {(settings.ProcessorTime ? "processor time" : "time on the wall")}, medians.\n");
        Console.Write(Table(figures));
        return figures;
    }

    public static string Table(SpeedFigures figures) => MarkdownTable.Format(
        ["network", "threads", "path", "images/s", "ours over it", "least", "most"],
        figures.Paths.Select(path => (IReadOnlyList<string>)
        [
            path.Network, path.Threads.Text(), path.Path, path.Rate.Median.Text("N0"),
            path.OursOverIt.Median.Text("0.00"), path.OursOverIt.Least.Text("0.00"), path.OursOverIt.Most.Text("0.00"),
        ]));

    private static IEnumerable<PathSpeed> Measure(string network, int threads, Settings settings)
    {
        WorkerProcess[] workers = [.. Workers(network, threads).OfType<WorkerProcess>()];
        try
        {
            foreach (WorkerProcess worker in workers) worker.Calibrate(settings.SecondsPerTurn);
            double[][] rates = [.. Enumerable.Range(0, settings.Rounds).Select(round => Round(workers, round, settings))];
            return
            [
                .. workers.Select((worker, path) => new PathSpeed(
                    network, threads, worker.Name, Spread.Of(rates.Select(round => round[path]), 0),
                    Spread.Of(rates.Select(round => round[0] / round[path]), 2))),
            ];
        }
        finally
        {
            foreach (WorkerProcess worker in workers) worker.Dispose();
        }
    }

    private static IEnumerable<WorkerProcess?> Workers(string network, int threads)
    {
        bool convolutional = network == "conv";
        yield return WorkerProcess.Start("ours", Paths.Ours, network, threads);
        yield return WorkerProcess.Start("plain TorchSharp", Paths.Plain, network, threads);
        yield return WorkerProcess.StartPyTorch("PyTorch", "contiguous", network, threads);
        if (convolutional) yield return WorkerProcess.StartPyTorch("PyTorch, channels-last", "channels-last", network, threads);
        yield return WorkerProcess.Start("limit: a large sgemm", Paths.Multiplication, network, threads);
        if (convolutional) yield return WorkerProcess.Start("limit: the convolutions alone", Paths.Convolutions, network, threads);
    }

    // Who comes first changes, for the one before leaves the caches and the clock as it likes.
    private static double[] Round(WorkerProcess[] workers, int round, Settings settings)
    {
        var rates = new double[workers.Length];
        for (int turn = 0; turn < workers.Length; turn++)
        {
            int path = (round + turn) % workers.Length;
            rates[path] = workers[path].Turn(settings.ProcessorTime);
        }

        return rates;
    }

    internal sealed record Settings(int Rounds, double SecondsPerTurn, int[] Threads, bool ProcessorTime);
}
