namespace OnnxDigits.Tools.Bench;

/// <summary>Compares the speed of training with plain TorchSharp and with PyTorch.</summary>
/// <remarks>
/// Each contestant runs in a separate process, because libtorch reads its settings only when it loads.
/// </remarks>
internal static class TrainingTable
{
    /// <param name="network">dense or conv.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="images">The number of images in a turn.</param>
    /// <param name="usesProcessorTime">Indicates whether to compare processor time instead of elapsed time.</param>
    /// <param name="rounds">The number of rounds.</param>
    public static void Print(string network, int threads, int images, bool usesProcessorTime, int rounds)
    {
        (string Name, WorkerProcess? Worker)[] workers =
        [
            ("OnnxDigits", WorkerProcess.StartTraining(TrainingWorker.Ours, network, threads)),
            ("plain TorchSharp", WorkerProcess.StartTraining(TrainingWorker.Plain, network, threads)),
            ("PyTorch", WorkerProcess.StartPyTorch("contiguous", network, threads)),
            (
                "PyTorch, channels-last",
                network == "conv" ? WorkerProcess.StartPyTorch("channels-last", network, threads) : null),
        ];
        Contestant[] contestants =
        [
            .. from entry in workers
               where entry.Worker is not null
               select new Contestant(entry.Name, () =>
               {
                   (double wall, double processor) = entry.Worker.Run($"{images}");
                   return usesProcessorTime ? processor : wall;
               }),
        ];
        Console.WriteLine($"Training {network} with {threads} {(threads == 1 ? "thread" : "threads")}:\n");
        PairedTurns.Print(PairedTurns.Run(contestants, rounds), "images/s", seconds => $"{images / seconds:N0}");
        foreach ((_, WorkerProcess? worker) in workers) worker?.Dispose();
    }
}
