using System.Numerics;
using System.Runtime.InteropServices;

namespace TorchOnnx.Verification;

/// <summary>Represents the difference between a tensor and the expected one.</summary>
/// <param name="MaxAbsolute">The largest absolute difference.</param>
/// <param name="MaxRelative">
/// The largest absolute difference divided by the scale: the largest absolute value of the expected tensor.
/// </param>
/// <param name="Passed">Indicates whether every element lies within the tolerances.</param>
/// <param name="Failure">The reason why the tensors cannot be compared, or <see langword="null"/>.</param>
internal sealed record Comparison(double MaxAbsolute, double MaxRelative, bool Passed, string? Failure)
{
    /// <summary>The failure if the expected tensor has no finite number.</summary>
    public const string NotFinite = "the module returns no finite number, so the results cannot be compared";

    private const double Rounding = 1e-5;

    public static Comparison Failed(string reason) =>
        new(double.PositiveInfinity, double.PositiveInfinity, false, reason);

    /// <summary>Combines two comparisons by keeping the larger differences.</summary>
    public static Comparison Worse(Comparison left, Comparison right) => new(
        Math.Max(left.MaxAbsolute, right.MaxAbsolute), Math.Max(left.MaxRelative, right.MaxRelative),
        left.Passed && right.Passed, left.Failure ?? right.Failure);

    /// <summary>
    /// Compares two tensors: |actual − expected| ≤ relative · |expected| + scale · max |expected| for every element.
    /// </summary>
    /// <param name="actual">The tensor.</param>
    /// <param name="expected">The expected tensor.</param>
    /// <param name="relative">The tolerance relative to each element.</param>
    /// <param name="scale">The tolerance relative to the largest element.</param>
    /// <param name="largest">A lower bound of max |expected|.</param>
    public static Comparison Of(
        GraphTensor actual, GraphTensor expected, double relative, double scale, double largest = 0)
    {
        // Intermediate values of a float16 graph are compared as float32.
        if (actual is GraphTensor<Half> halves && expected is GraphTensor<float>)
        {
            actual = new GraphTensor<float>([.. halves.Data.Select(value => (float)value)], [.. halves.Shape]);
        }
        if (actual.ElementType != expected.ElementType)
        {
            return Failed($"the graph returns {actual.ElementType.Name}, the module {expected.ElementType.Name}");
        }
        if (!actual.Shape.SequenceEqual(expected.Shape))
        {
            return Failed($"the graph returns shape [{string.Join(", ", actual.Shape)}], "
                + $"the module [{string.Join(", ", expected.Shape)}]");
        }
        return (actual, expected) switch
        {
            (GraphTensor<float> a, GraphTensor<float> e) => Of(a.Data, e.Data, relative, scale, largest),
            (GraphTensor<double> a, GraphTensor<double> e) => Of(a.Data, e.Data, relative, scale, largest),
            // Integers and flags must be equal.
            (GraphTensor<long> a, GraphTensor<long> e) => Of(a.Data, e.Data, 0, 0, 0),
            (GraphTensor<int> a, GraphTensor<int> e) => Of(a.Data, e.Data, 0, 0, 0),
            (GraphTensor<byte> a, GraphTensor<byte> e) => Of(a.Data, e.Data, 0, 0, 0),
            (GraphTensor<bool> a, GraphTensor<bool> e) => Of(Bytes(a), Bytes(e), 0, 0, 0),
            _ => Failed($"tensors of {expected.ElementType.Name} cannot be compared"),
        };
    }

    /// <summary>
    /// Returns a value that indicates whether all elements of a tensor are equal up to rounding.
    /// </summary>
    public static bool IsUniform(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> { Data: [var first, ..] data } =>
            data.All(value => Math.Abs(value - first) <= Rounding * Math.Abs(first)),
        GraphTensor<double> { Data: [var first, ..] data } =>
            data.All(value => Math.Abs(value - first) <= Rounding * Math.Abs(first)),
        GraphTensor<long> longs => longs.Data.Distinct().Count() <= 1,
        GraphTensor<bool> flags => flags.Data.Distinct().Count() <= 1,
        _ => true,
    };

    /// <summary>Returns the largest difference between neighbours along dimension 0 of a tensor.</summary>
    public static double LargestChange(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => LargestChange(floats.Data, tensor.Shape),
        GraphTensor<double> doubles => LargestChange(doubles.Data, tensor.Shape),
        GraphTensor<long> longs => LargestChange(longs.Data, tensor.Shape),
        GraphTensor<int> ints => LargestChange(ints.Data, tensor.Shape),
        GraphTensor<byte> bytes => LargestChange(bytes.Data, tensor.Shape),
        GraphTensor<bool> flags => LargestChange(Bytes(flags), tensor.Shape),
        _ => 0,
    };

    private static double LargestChange<T>(ReadOnlySpan<T> values, IReadOnlyList<long> shape) where T : INumber<T>
    {
        if (shape is not [> 1 and var rows, ..]) return 0;
        int length = values.Length / (int)rows;
        double largest = 0;
        for (int index = length; index < values.Length; index++)
        {
            double change = Math.Abs(
                double.CreateChecked(values[index]) - double.CreateChecked(values[index - length]));
            if (change > largest) largest = change;
        }
        return largest;
    }

    /// <summary>Returns the largest finite absolute value of a tensor, or 0 for integers and flags.</summary>
    public static double Largest(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => Largest<float>(floats.Data),
        GraphTensor<double> doubles => Largest<double>(doubles.Data),
        _ => 0,
    };

    private static double Largest<T>(ReadOnlySpan<T> values) where T : INumber<T>
    {
        double largest = 0;
        foreach (var value in values)
        {
            double size = Math.Abs(double.CreateChecked(value));
            if (size > largest && double.IsFinite(size)) largest = size;
        }
        return largest;
    }

    public static bool HasFinite(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> { Data.Length: > 0 } floats => floats.Data.Any(float.IsFinite),
        GraphTensor<double> { Data.Length: > 0 } doubles => doubles.Data.Any(double.IsFinite),
        _ => true,
    };

    public static bool IsFinite(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => floats.Data.All(float.IsFinite),
        GraphTensor<double> doubles => doubles.Data.All(double.IsFinite),
        _ => true,
    };

    private static ReadOnlySpan<byte> Bytes(GraphTensor<bool> tensor) => MemoryMarshal.AsBytes<bool>(tensor.Data);

    private static Comparison Of<T>(
        ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double relative, double scale, double largest)
        where T : INumber<T>
    {
        if (expected.Length == 0) return new(0, 0, true, null);
        double maxAbsolute = 0, maxExcess = 0, own = -1;
        for (int index = 0; index < expected.Length; index++)
        {
            double want = double.CreateChecked(expected[index]), got = double.CreateChecked(actual[index]);
            double size = Math.Abs(want);
            if (size > own && double.IsFinite(size)) own = size;
            // Equal infinities and two NaN values also match.
            if (got.Equals(want)) continue;
            double difference = Math.Abs(got - want);
            if (double.IsNaN(difference)) difference = double.PositiveInfinity;
            maxAbsolute = Math.Max(maxAbsolute, difference);
            // NaN if the expected element isn't finite.
            maxExcess = Math.Max(maxExcess, difference - (relative * size));
        }
        if (own < 0) return Failed(NotFinite);
        largest = Math.Max(largest, own);
        bool passed = maxExcess <= scale * largest && double.IsFinite(maxAbsolute);
        return new(maxAbsolute, maxAbsolute == 0 ? 0 : maxAbsolute / largest, passed, null);
    }
}
