namespace OnnxDigits.DeviceTests;

/// <summary>The device reads what the CPU reads.</summary>
public class AgreementTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Predict_TestImages_GivesTheDigitsAndProbabilitiesOfTheCpu(string network)
    {
        int count = DeviceUnderTest.Images.Count;
        using var cpu = DeviceUnderTest.Open(network, "cpu");
        using var device = DeviceUnderTest.Open(network, DeviceUnderTest.Name);
        float[] expected = DeviceUnderTest.Predict(cpu, 0, count), actual = DeviceUnderTest.Predict(device, 0, count);

        double largest = LargestDifference(expected, actual);
        int otherDigits = Enumerable.Range(0, count).Count(i => DigitOf(expected, i) != DigitOf(actual, i));
        var info = device.Info;
        DeviceReport.Write(
            $"{network} on {info.Device} ({info.Provider}), {count} test images of {DeviceUnderTest.DataName}, against the CPU: largest difference {largest:0.0e+0}, {otherDigits} digits differ");
        Assert.True(otherDigits == 0 && largest <= Tolerance, $"{otherDigits} digits, {largest}");
        Assert.NotEqual("CPUExecutionProvider", info.Provider);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Predict_InBatchesOfAnySize_GivesTheSame(string network)
    {
        int count = Math.Min(85, DeviceUnderTest.Images.Count);
        using var device = DeviceUnderTest.Open(network, DeviceUnderTest.Name);
        float[] whole = DeviceUnderTest.Predict(device, 0, count);
        double largest = 0;
        foreach (int size in (int[])[1, 8, 17])
        {
            // A few batches of each size: one after the other shows whether a run sees its own images.
            for (int start = 0; start + size <= Math.Min(count, 4 * size); start += size)
                largest = Math.Max(largest, LargestDifference(
                    whole.AsSpan(start * 10, size * 10), DeviceUnderTest.Predict(device, start, size)));
        }
        DeviceReport.Write($"{network}: largest difference between batches of 1, 8, 17 and {count}: {largest:0.0e+0}");
        Assert.InRange(largest, 0, 1e-5);
    }

    private static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = Math.Abs((double)a[i] - b[i]);
            // What is no number differs from all.
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }
        return largest;
    }

    private static int DigitOf(float[] probabilities, int image)
    {
        var row = probabilities.AsSpan(image * 10, 10);
        int digit = 0;
        for (int i = 1; i < row.Length; i++)
            digit = row[i] > row[digit] ? i : digit;
        return digit;
    }
}
