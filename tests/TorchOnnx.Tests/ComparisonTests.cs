using TorchOnnx.Verification;

namespace TorchOnnx.Tests;

public sealed class ComparisonTests
{
    // Powers of two, so that the differences and tolerances are exact.
    public static TheoryData<double[], double[], double, double, (double Absolute, double Relative, bool Passed)>
        Numbers => new()
        {
            { [1, 2], [1, 2], 0, 0, (0, 0, true) },
            { [1.5, 2], [1, 4], 0.5, 0, (2, 0.5, true) },
            { [1.5, 2], [1, 4], 0.25, 0, (2, 0.5, false) },
            { [4.5, 2], [4, 2], 0, 0.125, (0.5, 0.125, true) },
            { [4.5, 2], [4, 2], 0, 0.0625, (0.5, 0.125, false) },
            { [6, 2], [4, 2], 0.25, 0.25, (2, 0.5, true) },
            { [128, 1], [128, 0.5], 0, 1d / 256, (0.5, 1d / 256, true) },
            { [128, 1], [128, 0.5], 0, 1d / 512, (0.5, 1d / 256, false) },
            { [1d / 1024, 0], [-1d / 1024, 0], 0.5, 0.5, (2d / 1024, 2, false) },
            { [0, 0], [0, 0], 0, 0, (0, 0, true) },
            { [0.25, 0], [0, 0], 1, 1, (0.25, double.PositiveInfinity, false) },
            { [double.PositiveInfinity, 1], [double.PositiveInfinity, 1], 0, 0, (0, 0, true) },
            { [double.NaN, 1], [double.NaN, 1], 0, 0, (0, 0, true) },
            { [1, 1], [double.PositiveInfinity, 1], 1, 1, (double.PositiveInfinity, double.PositiveInfinity, false) },
            { [double.NaN, 1], [1, 1], 1, 1, (double.PositiveInfinity, double.PositiveInfinity, false) },
            {
                [double.PositiveInfinity, 1], [1, 1], 1, double.MaxValue,
                (double.PositiveInfinity, double.PositiveInfinity, false)
            },
        };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Of_FloatingPointNumbers_GivesDifferencesAndVerdict(
        double[] actual, double[] expected, double relative, double scale,
        (double Absolute, double Relative, bool Passed) result)
    {
        (GraphTensor, GraphTensor)[] pairs =
        [
            (new GraphTensor<double>(actual, 2), new GraphTensor<double>(expected, 2)),
            (Singles(actual), Singles(expected)),
            // The inner values of a float16 graph are compared with float32.
            (new GraphTensor<Half>([.. actual.Select(value => (Half)value)], 2), Singles(expected)),
        ];
        Assert.All(pairs, pair => Assert.Equal(
            new Comparison(result.Absolute, result.Relative, result.Passed, null),
            Comparison.Of(pair.Item1, pair.Item2, relative, scale)));
    }

    public static TheoryData<GraphTensor, GraphTensor, bool> Exact => new()
    {
        { new GraphTensor<long>([1, 2], 2), new GraphTensor<long>([1, 2], 2), true },
        { new GraphTensor<long>([1, 2], 2), new GraphTensor<long>([1, 3], 2), false },
        { new GraphTensor<int>([1, 2], 2), new GraphTensor<int>([1, 2], 2), true },
        { new GraphTensor<int>([1, 2], 2), new GraphTensor<int>([1, 3], 2), false },
        { new GraphTensor<bool>([true, false], 2), new GraphTensor<bool>([true, false], 2), true },
        { new GraphTensor<bool>([true, false], 2), new GraphTensor<bool>([true, true], 2), false },
    };

    [Theory]
    [MemberData(nameof(Exact), DisableDiscoveryEnumeration = true)]
    public void Of_IntegersAndFlags_MustBeEqual(GraphTensor actual, GraphTensor expected, bool passes) =>
        Assert.Equal(passes, Comparison.Of(actual, expected, relative: 10, scale: 10).Passed);

    public static TheoryData<GraphTensor, GraphTensor, string> Incomparable => new()
    {
        { Singles([1]), new GraphTensor<double>([1], 1), "the graph returns Single, the module Double" },
        { Singles([1, 2]), Singles([1]), "the graph returns shape [2], the module [1]" },
        {
            Singles([1, 1]), Singles([double.NaN, double.PositiveInfinity]),
            "the module returns no finite number, so the results cannot be compared"
        },
        { new GraphTensor<sbyte>([1], 1), new GraphTensor<sbyte>([1], 1), "tensors of SByte cannot be compared" },
    };

    [Theory]
    [MemberData(nameof(Incomparable), DisableDiscoveryEnumeration = true)]
    public void Of_IncomparableTensors_FailsWithReason(GraphTensor actual, GraphTensor expected, string reason) =>
        Assert.Equal(Comparison.Failed(reason), Comparison.Of(actual, expected, 1, 1));

    [Fact]
    public void Worse_TwoComparisons_KeepsTheLargerDifferencesAndTheFirstFailure()
    {
        var (near, far) = (new Comparison(1, 4, true, null), new Comparison(2, 3, false, null));
        var (first, second) = (Comparison.Failed("first"), Comparison.Failed("second"));

        Assert.Equal(new Comparison(2, 4, false, null), Comparison.Worse(near, far));
        Assert.Equal(new Comparison(2, 4, false, null), Comparison.Worse(far, near));
        Assert.Equal(first, Comparison.Worse(first, second));
        Assert.Equal(first, Comparison.Worse(near, first));
        Assert.Equal(first, Comparison.Worse(first, near));
    }

    private static GraphTensor<float> Singles(double[] values) =>
        new([.. values.Select(value => (float)value)], values.Length);
}
