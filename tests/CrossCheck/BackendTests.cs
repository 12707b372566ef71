using System.Globalization;
using System.Text;

namespace CrossCheck;

/// <summary>One suite for every backend; each names how it runs a shipped model.</summary>
public abstract class BackendTests
{
    private const double Tolerance = 1e-5;

    private protected abstract IDigitBackend Open(ShippedModel model);

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Run_AllTestImages_GivesThePlainForwardPassesDigitsAndProbabilities(string network)
    {
        using IDigitBackend backend = Open(ShippedModel.Open(network));
        float[] expected = Reference.Of(network);
        float[] actual = backend.Run(Reference.Images);
        Assert.Equal(expected.Length, actual.Length);

        double largest = 0;
        int otherDigits = 0;
        var mismatches = new StringBuilder();
        for (int i = 0; i < Reference.Images.Count; i++)
        {
            ReadOnlySpan<float> want = expected.AsSpan(i * 10, 10), got = actual.AsSpan(i * 10, 10);
            double difference = LargestDifference(want, got);
            bool otherDigit = Reference.DigitOf(want) != Reference.DigitOf(got);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            if (otherDigit) otherDigits++;
            if ((otherDigit || !(difference <= Tolerance)) && mismatches.Length < 5000)
                mismatches.AppendLine(CultureInfo.InvariantCulture, $"image {i}: plain [{Row(want)}], {GetType().Name} [{Row(got)}]");
        }

        string source = Reference.IsMnist ? "MNIST" : "generated";
        AgreementLog.Write(string.Create(CultureInfo.InvariantCulture,
            $"{GetType().Name}, {network}, {Reference.Images.Count} {source} test images, against plain C#: largest difference {largest:0.0e+0}, {otherDigits} digits differ"));
        Assert.True(otherDigits == 0 && largest <= Tolerance, mismatches.ToString());
    }

    [Theory]
    [InlineData("dense", 1)]
    [InlineData("dense", 7)]
    [InlineData("conv", 1)]
    [InlineData("conv", 7)]
    [InlineData("best", 1)]
    [InlineData("best", 7)]
    public void Run_InSmallBatches_GivesTheDigitsOfOneBatch(string network, int batchSize)
    {
        using IDigitBackend backend = Open(ShippedModel.Open(network));
        int count = 210;
        float[] whole = backend.Run(Reference.Images.Slice(0, count));
        for (int start = 0; start < count; start += batchSize)
        {
            float[] part = backend.Run(Reference.Images.Slice(start, batchSize));
            double difference = LargestDifference(whole.AsSpan(start * 10, part.Length), part);
            Assert.True(difference <= 1e-6, $"images from {start}: [{Row(whole.AsSpan(start * 10, part.Length))}] against [{Row(part)}]");
        }
    }

    private static double LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double largest = 0;
        for (int i = 0; i < a.Length; i++) largest = Math.Max(largest, Math.Abs((double)a[i] - b[i]));
        return largest;
    }

    private static string Row(ReadOnlySpan<float> row) =>
        string.Join(", ", row.ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}

public sealed class TorchSharpTests : BackendTests
{
    private protected override IDigitBackend Open(ShippedModel model) => new TorchSharpBackend(model);
}

public sealed class OnnxRuntimeTests : BackendTests
{
    private protected override IDigitBackend Open(ShippedModel model) => new OnnxRuntimeBackend(model);
}

public sealed class ClassifierTests : BackendTests
{
    private protected override IDigitBackend Open(ShippedModel model) => new ClassifierBackend(model.Network);
}
