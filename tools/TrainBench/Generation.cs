using System.Diagnostics;
using OnnxDigits.Data;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>Drawing as many digits as MNIST has to learn from, beside an epoch of conv on them, in turns on all cores.</summary>
internal static class Generation
{
    private const int Digits = 60_000;

    public static GenerationFigures Write(int rounds, double secondsPerTurn)
    {
        int threads = Environment.ProcessorCount;
        using WorkerProcess training = WorkerProcess.Start("ours", Paths.Ours, "conv", threads);
        training.Calibrate(secondsPerTurn);
        DigitGenerator.Draw(seed: 0, Digits);
        List<double> drawing = [], epoch = [];
        for (int round = 1; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            DigitGenerator.Draw(seed: round, Digits);
            drawing.Add(watch.Elapsed.TotalSeconds);
            epoch.Add(Digits / training.Turn(processorTime: false));
        }

        var figures = new GenerationFigures(
            Digits, threads, rounds, Spread.Of(drawing, 3), Spread.Of(epoch, 3), Spread.Of(drawing.Zip(epoch, (one, other) => one / other), 3));
        Console.WriteLine(FormattableString.Invariant(
            $"{Digits} digits drawn in {figures.Drawing.Median:0.00} s, an epoch of conv on them in {figures.Epoch.Median:0.00} s, {figures.Share.Median:0.000} of it; medians of {rounds} in turns on {threads} threads"));
        return figures;
    }
}

/// <summary>What drawn digits cost.</summary>
/// <param name="Digits">Drawn in each round.</param>
/// <param name="Threads">Of both.</param>
/// <param name="Rounds">Turns of each.</param>
/// <param name="Drawing">Seconds to draw them.</param>
/// <param name="Epoch">Seconds in which conv learns from as many images once.</param>
/// <param name="Share">The one over the other in the same round.</param>
internal sealed record GenerationFigures(int Digits, int Threads, int Rounds, Spread Drawing, Spread Epoch, Spread Share);
