using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// The rule of <c>auto</c>: a device is taken when it reads 64 images, a batch of the CPU, in less time than the CPU
/// does on one thread, the best of three runs each.
/// </summary>
internal static class DeviceRace
{
    private const int Images = BatchLimit.OfCpu;
    private const int Runs = 3;

    /// <summary>Whether the device won; if not, a sentence on both.</summary>
    public static bool IsWon(DeviceSession device, DeviceSession cpu, out string result)
    {
        double onCpu = Milliseconds(cpu, Images);
        // A device that is slower with a single image has lost; a software one would take seconds for more.
        int images = 1;
        double onDevice = Milliseconds(device, images);
        if (onDevice < onCpu)
            onDevice = Milliseconds(device, images = Images);
        result = string.Create(
            CultureInfo.InvariantCulture,
            $"The device '{device.Device}' takes {onDevice:0.0} ms for {(images == 1 ? "one image" : $"{images} images")}, the CPU "
            + $"{onCpu:0.0} ms for {Images}.");
        return onDevice < onCpu;
    }

    private static double Milliseconds(DeviceSession session, int images)
    {
        using var lane = new InferenceLane(session);
        byte[] pixels = new byte[images * DigitClassifier.ImageLength];
        float[] probabilities = new float[images * 10];
        // The first run of a size sets things up, and on a GPU compiles.
        lane.Run(pixels, probabilities);
        double best = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            lane.Run(pixels, probabilities);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }
}
