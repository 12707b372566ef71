using System.Globalization;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Compares a device with the CPU when a model is opened. Providers have bugs, such as ONNX Runtime's issue 29651, that
/// change the results without an error.
/// </summary>
internal static class DeviceAgreement
{
    /// <summary>
    /// The largest accepted difference of a probability. Half precision and reordered sums stay below it.
    /// </summary>
    public const double Tolerance = 0.01;

    private const int Images = 4;

    /// <exception cref="DigitDeviceException">The device gives other results than the CPU.</exception>
    public static void Check(DeviceSession device, DeviceSession cpu, string modelName)
    {
        double difference = Difference(device, cpu);
        if (difference > Tolerance)
        {
            throw new DigitDeviceException(string.Create(
                CultureInfo.InvariantCulture,
                $"The device '{device.Device}' gives other results than the CPU for the model '{modelName}' "
                + $"(a probability differs by {difference:0.0##}). Its provider has a bug: use the CPU or another "
                + $"version of ONNX Runtime."));
        }
    }

    /// <summary>Returns the largest difference of a probability over a few images, or 1 if one is NaN.</summary>
    public static double Difference(DeviceSession one, DeviceSession other)
    {
        double largest = 0;
        foreach ((float a, float b) in Run(one).Zip(Run(other)))
        {
            double difference = Math.Abs((double)a - b);
            largest = Math.Max(largest, double.IsNaN(difference) ? 1 : difference);
        }
        return largest;
    }

    private static float[] Run(DeviceSession session)
    {
        using BoundBatch batch = session.Bind(Images);
        Fill(batch.Input);
        batch.Run();
        return batch.Output;
    }

    // Draws slanted bars of several widths on several greys. They are not digits, because small errors change the
    // probabilities most when the network is unsure.
    private static void Fill(float[] pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            (int image, int pixel) = Math.DivRem(i, DigitClassifier.ImageLength);
            (int row, int column) = Math.DivRem(pixel, 28);
            bool isBar = Math.Abs(column + (row / 4) - 16) <= image + 1;
            pixels[i] = row is < 4 or >= 24 ? 0 : isBar ? 1 : 0.1f * image;
        }
    }
}
