using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>The images of the suite and the plain results on them, computed once.</summary>
internal static class Reference
{
    private static readonly Lazy<DigitDataSet> Data = new(() => DigitDataSource.Open(new DigitDataOptions { AllowDownload = false, GeneratedTrainCount = 100 }));

    private static readonly Dictionary<string, Lazy<float[]>> Plain = ShippedModel.Networks.ToDictionary(
        network => network,
        network => new Lazy<float[]>(() => new PlainBackend(ShippedModel.Open(network)).Run(Images)));

    public static DigitDataSet Set => Data.Value;

    /// <summary>MNIST's 10,000 test images, or as many generated ones where MNIST is not at hand.</summary>
    public static DigitImages Images => Data.Value.Test;

    public static bool IsMnist => Data.Value.IsMnist;

    public static float[] Of(string network) => Plain[network].Value;

    public static int DigitOf(ReadOnlySpan<float> row)
    {
        int digit = 0;
        for (int i = 1; i < 10; i++)
        {
            if (row[i] > row[digit]) digit = i;
        }

        return digit;
    }
}
