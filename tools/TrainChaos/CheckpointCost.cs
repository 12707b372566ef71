using System.Diagnostics;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>Time and size of a checkpoint of each network, with the best weights in it.</summary>
internal static class CheckpointCost
{
    public static void Print(int count, WorkFolder place)
    {
        if (count == 0) return;

        LibTorchEnvironment.Prepare();
        foreach (string network in DigitNetworks.Names)
        {
            string folder = place.Next();
            using DigitNetwork model = DigitNetworks.Create(network, seed: 1);
            Recipe recipe = Recipe.For(network);
            DigitDataSet digits = DigitGenerator.CreateDataSet(1, 10, 10);
            using var course = new TrainingCourse(model, recipe, digits.Train, teachers: null);
            using var state = new TrainingState(model, course.State);
            state.EndEpoch(new EpochMetrics(1, 0, 0, 0, 0, 0));
            var identity = RunIdentity.Of(model, recipe, digits);
            var writer = new CheckpointWriter(new CheckpointFiles(folder), identity, Console.WriteLine);
            double median = Median(count, () => writer.Save(state));
            long size = new FileInfo(Path.Combine(folder, "checkpoint.safetensors")).Length;
            Console.WriteLine(
                $"{network}: a checkpoint has {size:N0} bytes and takes {median:F1} ms (median of {count}), "
                + $"{median / 30_000:P2} of 30 s");
        }
    }

    private static double Median(int count, Action act)
    {
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            act();
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[count / 2];
    }
}
