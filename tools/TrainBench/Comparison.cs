using OnnxDigits.Training;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>All paths in turns, so that each meets the same moods of the machine; medians over the rounds.</summary>
internal static class Comparison
{
    public static void Write(Settings settings)
    {
        Console.WriteLine(
            $"{settings.Rounds} rounds in turns, images/s of {(settings.ProcessorTime ? "processor time" : "time on the wall")}, medians.\n");
        Console.WriteLine("| network | threads | path | images/s | ours over it | ours, over the rounds |");
        Console.WriteLine("|---|---:|---|---:|---:|---|");
        foreach (string network in DigitNetworks.Notebook)
        {
            foreach (int threads in settings.Threads) WriteRows(network, threads, settings);
        }
    }

    private static void WriteRows(string network, int threads, Settings settings)
    {
        WorkerProcess[] workers = [.. Workers(network, threads).OfType<WorkerProcess>()];
        try
        {
            foreach (WorkerProcess worker in workers) worker.Calibrate(settings.SecondsPerTurn);
            double[][] rates = [.. Enumerable.Range(0, settings.Rounds).Select(round => Round(workers, round, settings))];
            for (int path = 0; path < workers.Length; path++)
            {
                double[] ratios = [.. rates.Select(round => round[0] / round[path]).Order()];
                string spread = path == 0 ? "" : $"{Quantile(ratios, 0.1):0.00} – {Quantile(ratios, 0.9):0.00}";
                double rate = Quantile([.. rates.Select(round => round[path]).Order()], 0.5);
                Console.WriteLine(
                    $"| {network} | {threads} | {workers[path].Name} | {rate:0} | {Quantile(ratios, 0.5):0.00} | {spread} |");
            }
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

    private static double Quantile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    internal sealed record Settings(int Rounds, double SecondsPerTurn, int[] Threads, bool ProcessorTime);
}
