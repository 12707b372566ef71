namespace TorchOnnx.Quantization;

/// <summary>Sums up the differences of tensors from the expected tensors.</summary>
internal sealed class ErrorSum
{
    private double _noise;
    private double _signal;

    /// <summary>Gets the number of elements that were compared.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the largest absolute difference.</summary>
    public double Largest { get; private set; }

    /// <summary>Gets the ratio of the root mean squares of the differences and of the expected values.</summary>
    public double Relative => _noise == 0 ? 0 : Math.Sqrt(_noise / _signal);

    public void Add(GraphTensor actual, GraphTensor expected)
    {
        switch (actual, expected)
        {
            case (GraphTensor<float> a, GraphTensor<float> e): Add(a.Data, e.Data, x => x); break;
            case (GraphTensor<double> a, GraphTensor<double> e): Add(a.Data, e.Data, x => x); break;
            case (GraphTensor<long> a, GraphTensor<long> e): AddExact(a.Data, e.Data, x => x); break;
            case (GraphTensor<int> a, GraphTensor<int> e): AddExact(a.Data, e.Data, x => x); break;
            case (GraphTensor<byte> a, GraphTensor<byte> e): AddExact(a.Data, e.Data, x => x); break;
            case (GraphTensor<bool> a, GraphTensor<bool> e): AddExact(a.Data, e.Data, x => x ? 1 : 0); break;
            default:
                throw new QuantizationException(
                    $"Outputs of {expected.ElementType.Name} and {actual.ElementType.Name} cannot be compared.");
        }
    }

    private void Add<T>(T[] actual, T[] expected, Func<T, double> number)
    {
        Count += expected.Length;
        // A result of another size, such as a list of detections, has no element in common.
        if (actual.Length != expected.Length) _noise = Largest = double.PositiveInfinity;
        foreach (var (got, want) in actual.Zip(expected, (a, e) => (number(a), number(e))))
        {
            // Equal infinities and two NaN values match.
            if (got.Equals(want) && !double.IsFinite(want)) continue;
            double difference = Math.Abs(got - want);
            if (!double.IsFinite(difference)) difference = double.PositiveInfinity;
            Largest = Math.Max(Largest, difference);
            _noise += difference * difference;
            if (double.IsFinite(want)) _signal += want * want;
        }
    }

    // Integers are equal or not. The ratio is the share of elements that differ.
    private void AddExact<T>(T[] actual, T[] expected, Func<T, double> number)
    {
        Count += expected.Length;
        if (actual.Length != expected.Length) _noise = Largest = double.PositiveInfinity;
        foreach (var (got, want) in actual.Zip(expected, (a, e) => (number(a), number(e))))
        {
            Largest = Math.Max(Largest, Math.Abs(got - want));
            if (got != want) _noise++;
            _signal++;
        }
    }
}
