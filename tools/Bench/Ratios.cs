using CrossCheck;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// The classifier's time over the bare runtime's, in short turns so that both meet the same moods of the machine; the
/// median over many turns.
/// </summary>
internal static class Ratios
{
    public static void Print()
    {
        byte[] model = ShippedModel.Open("conv").File;
        using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv, Device = "cpu" });
        var predictions = new DigitPrediction[DigitInputs.Most];
        byte[] one = DigitInputs.Bytes(1), many = DigitInputs.Bytes(DigitInputs.Most);

        using var bareOne = new BareRuntime(model, 1);
        var single = Compare(turns: 400, calls: 25, () => classifier.ClassifyPrepared(one, predictions), bareOne.Run);
        Console.WriteLine(
            $"1 image:      {single.Ours,9:0.0} µs, bare {single.Bare,9:0.0} µs, "
            + $"time {single.Ratio:0.000} (goal: at most 1.05)");

        // The runtime is the faster in small batches, whose tensors stay in the caches: both are its throughput.
        foreach (int size in new[] { DigitInputs.Most, 64 })
        {
            using var bare = new BareRuntime(model, size);
            void RunAll()
            {
                for (int i = 0; i < DigitInputs.Most / size; i++)
                    bare.Run();
            }
            var batch = Compare(turns: 60, calls: 1, () => classifier.ClassifyPrepared(many, predictions), RunAll);
            Console.WriteLine(
                $"1,024 images: {batch.Ours,9:0.0} µs, bare {batch.Bare,9:0.0} µs in batches of {size}, "
                + $"throughput {1 / batch.Ratio:0.000} (goal: at least 0.97)");
        }
    }

    /// <summary>Each of the others and the first in turns, through the classifier.</summary>
    public static void PrintModels(string first, IEnumerable<string> others)
    {
        using var one = DigitClassifier.Load(first, new() { Device = "cpu" });
        foreach (string file in others)
        {
            using var other = DigitClassifier.Load(file, new() { Device = "cpu" });
            PrintModels(one, other);
        }
    }

    private static void PrintModels(DigitClassifier one, DigitClassifier other)
    {
        var predictions = new DigitPrediction[DigitInputs.Most];
        foreach (var (images, turns, calls) in new[] { (1, 400, 25), (DigitInputs.Most, 60, 1) })
        {
            byte[] pixels = DigitInputs.Bytes(images);
            var times = Compare(
                turns, calls, () => other.ClassifyPrepared(pixels, predictions), () => one.ClassifyPrepared(pixels, predictions));
            Console.WriteLine(
                $"{images,5} images: {other.Info.Name} {times.Ours:0.0} µs, {one.Info.Name} {times.Bare:0.0} µs, time {times.Ratio:0.00}");
        }
    }

    /// <summary>Medians in microseconds, and the median of the ratios of neighbouring turns.</summary>
    public static (double Ours, double Bare, double Ratio) Compare(int turns, int calls, Action ours, Action bare)
    {
        Timing.Microseconds(10, ours);
        Timing.Microseconds(10, bare);
        return Compare(turns, () => Turn(calls, ours), () => Turn(calls, bare));
    }

    /// <summary>The same where each turn tells its own median.</summary>
    public static (double Ours, double Bare, double Ratio) Compare(int turns, Func<double> ours, Func<double> bare)
    {
        var times = new List<(double Ours, double Bare)>();
        for (int turn = 0; turn < turns; turn++)
        {
            // Who goes first has the colder caches; both do as often.
            double first = turn % 2 == 0 ? ours() : bare(), second = turn % 2 == 0 ? bare() : ours();
            times.Add(turn % 2 == 0 ? (first, second) : (second, first));
        }
        return (
            Timing.Quantile(times.Select(time => time.Ours), 0.5),
            Timing.Quantile(times.Select(time => time.Bare), 0.5),
            Timing.Quantile(times.Select(time => time.Ours / time.Bare), 0.5));
    }

    public static double Turn(int calls, Action call) => Timing.Quantile(Timing.Microseconds(calls, call), 0.5);
}
