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
            (GraphTensor<float> a, GraphTensor<float> e) => Of(a.Data, e.Data, x => x, relative, scale, largest),
            (GraphTensor<double> a, GraphTensor<double> e) => Of(a.Data, e.Data, x => x, relative, scale, largest),
            // Integers and flags must be equal.
            (GraphTensor<long> a, GraphTensor<long> e) => Of(a.Data, e.Data, x => x, 0, 0, 0),
            (GraphTensor<int> a, GraphTensor<int> e) => Of(a.Data, e.Data, x => x, 0, 0, 0),
            (GraphTensor<byte> a, GraphTensor<byte> e) => Of(a.Data, e.Data, x => x, 0, 0, 0),
            (GraphTensor<bool> a, GraphTensor<bool> e) => Of(a.Data, e.Data, x => x ? 1 : 0, 0, 0, 0),
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
        GraphTensor<float> floats => LargestChange(floats, x => x),
        GraphTensor<double> doubles => LargestChange(doubles, x => x),
        GraphTensor<long> longs => LargestChange(longs, x => x),
        GraphTensor<int> ints => LargestChange(ints, x => x),
        GraphTensor<byte> bytes => LargestChange(bytes, x => x),
        GraphTensor<bool> flags => LargestChange(flags, x => x ? 1 : 0),
        _ => 0,
    };

    private static double LargestChange<T>(GraphTensor<T> tensor, Func<T, double> number) where T : unmanaged
    {
        if (tensor.Shape is not [> 1 and var rows, ..]) return 0;
        int length = tensor.Data.Length / (int)rows;
        double largest = 0;
        for (int index = length; index < tensor.Data.Length; index++)
        {
            double change = Math.Abs(number(tensor.Data[index]) - number(tensor.Data[index - length]));
            if (change > largest) largest = change;
        }
        return largest;
    }

    /// <summary>Returns the largest finite absolute value of a tensor, or 0 for integers and flags.</summary>
    public static double Largest(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> floats => Largest(floats.Data, x => x) ?? 0,
        GraphTensor<double> doubles => Largest(doubles.Data, x => x) ?? 0,
        _ => 0,
    };

    private static double? Largest<T>(T[] values, Func<T, double> number)
    {
        double? largest = null;
        foreach (var value in values)
        {
            double size = Math.Abs(number(value));
            if (double.IsFinite(size) && !(size <= largest)) largest = size;
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

    private static Comparison Of<T>(
        T[] actual, T[] expected, Func<T, double> number, double relative, double scale, double largest)
    {
        if (expected.Length == 0) return new(0, 0, true, null);
        if (Largest(expected, number) is not { } own)
        {
            return Failed("the module returns no finite number, so the results cannot be compared");
        }
        largest = Math.Max(largest, own);
        double maxAbsolute = 0;
        bool passed = true;
        for (int index = 0; index < expected.Length; index++)
        {
            double want = number(expected[index]), got = number(actual[index]);
            // Equal infinities and two NaN values also match.
            if (got.Equals(want)) continue;
            double difference = Math.Abs(got - want);
            if (double.IsNaN(difference)) difference = double.PositiveInfinity;
            maxAbsolute = Math.Max(maxAbsolute, difference);
            passed &= difference <= relative * Math.Abs(want) + scale * largest && double.IsFinite(difference);
        }
        return new(maxAbsolute, maxAbsolute == 0 ? 0 : maxAbsolute / largest, passed, null);
    }
}
