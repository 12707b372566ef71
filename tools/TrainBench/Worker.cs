using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Training.Loop;
using TorchSharp;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>
/// One path in a process of its own, so that each has its own settings of memory and threads. It says how many
/// images a step is worth; then, for each line with a number of steps, the seconds they took on the wall and of the
/// processors.
/// </summary>
internal static class Worker
{
    public const string Command = "worker";
    private const int WarmUp = 20;

    public static void Serve(string path, string network, int threads)
    {
        // The plain path is what a program gets that sets nothing.
        if (path != Paths.Plain) LibTorchEnvironment.Prepare();
        torch.set_num_threads(threads);
        (double images, Action step) = Paths.Create(path, network);
        Run(step, WarmUp);
        Console.WriteLine(images.ToString(CultureInfo.InvariantCulture));
        while (Console.ReadLine() is string line)
        {
            TimeSpan processors = Environment.CpuUsage.TotalTime;
            var wall = Stopwatch.StartNew();
            Run(step, int.Parse(line, CultureInfo.InvariantCulture));
            double seconds = wall.Elapsed.TotalSeconds;
            double busy = (Environment.CpuUsage.TotalTime - processors).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:R} {busy:R}"));
        }
    }

    private static void Run(Action step, int steps)
    {
        for (int i = 0; i < steps; i++) step();
    }
}
