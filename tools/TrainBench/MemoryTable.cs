using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using TorchSharp;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>Whether memory grows with the steps.</summary>
internal static class MemoryTable
{
    private const int Steps = 1_000;
    private const int WarmUp = 100;
    private const int Rows = 4;

    public static void Write()
    {
        LibTorchEnvironment.Prepare();
        Console.WriteLine($"| network | after steps | resident | tensors alive |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (string network in DigitNetworks.Notebook)
        {
            Action step = Paths.Create(Paths.Ours, network).Step;
            Run(step, WarmUp);
            for (int done = WarmUp; ; done += Steps)
            {
                Console.WriteLine($"| {network} | {done} | {Mebibytes(Environment.WorkingSet)} MiB | {Alive} |");
                if (done > Rows * Steps) break;

                Run(step, Steps);
            }
        }
    }

    private static long Alive => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static string Mebibytes(long bytes) => $"{bytes / 1048576.0:0.0}";

    private static void Run(Action step, int steps)
    {
        for (int i = 0; i < steps; i++) step();
    }
}
