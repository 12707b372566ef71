using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>
/// Compares TorchSharp, ONNX Runtime and the classifier with a forward pass in plain C#, on all test images.
/// </summary>
public class AgreementTests
{
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, Func<ShippedModel, DigitImages, float[]>> Runs = new()
    {
        ["ONNX Runtime"] = Backends.RunOnnxRuntime,
        ["classifier"] = Backends.RunClassifier,
        ["TorchSharp"] = Backends.RunTorchSharp,
    };

    public static TheoryData<string> Networks => ShippedModel.Networks;

    [Theory]
    [MemberData(nameof(Networks))]
    public void Run_TestImages_AgreesWithThePlainForwardPass(string network)
    {
        var model = ShippedModel.Open(network);
        float[] expected = new PlainNetwork(model).Run(TestImages.All);
        foreach (var (backend, run) in Runs)
        {
            float[] actual = run(model, TestImages.All);
            double largest = LargestDifference(expected, actual);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{backend}, {network}: largest difference {largest:0.0e+0} over {TestImages.All.Count} images");
            Assert.InRange(largest, 0, Tolerance);
            Assert.Equal(DigitsOf(expected), DigitsOf(actual));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Run_SmallBatches_AgreeWithOneBatch(string network)
    {
        const int Count = 210;
        var model = ShippedModel.Open(network);
        foreach (var (_, run) in Runs)
        {
            float[] whole = run(model, TestImages.All.Slice(0, Count));
            foreach (int size in (int[])[1, 7])
            {
                float[] part = run(model, TestImages.All.Slice(70, size));
                Assert.InRange(LargestDifference(whole.AsSpan(700, part.Length), part), 0, 1e-6);
            }
        }
    }

    private static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Assert.Equal(a.Length, b.Length);
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = Math.Abs((double)a[i] - b[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }
        return largest;
    }

    private static IEnumerable<int> DigitsOf(float[] probabilities) =>
        probabilities.Chunk(10).Select(row => Array.IndexOf(row, row.Max()));
}
