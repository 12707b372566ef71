namespace TorchOnnx.Verification;

/// <summary>
/// Draws random inputs from a fixed seed, so that a verification can be repeated. It doesn't use TorchSharp's
/// generator, whose state belongs to the user.
/// </summary>
internal sealed class InputSampler(IReadOnlyList<GraphTensor> examples)
{
    private const int Seed = 20_10_17;
    private readonly Random _random = new(Seed);

    /// <summary>
    /// Draws an input of each shape: normally distributed floats, and integers and flags of the example.
    /// </summary>
    public IReadOnlyList<GraphTensor> Draw(IReadOnlyList<long[]> shapes) =>
        [.. examples.Zip(shapes, (example, shape) => Draw(example, shape))];

    /// <summary>
    /// Draws an input of each shape that differs more from the example: changed floats, any flags, and the integers of
    /// the example and the one below or above. The module may reject these integers.
    /// </summary>
    public IReadOnlyList<GraphTensor> DrawWider(IReadOnlyList<long[]> shapes, Func<float, float> change) =>
        [.. examples.Zip(shapes, (example, shape) => Draw(Widen(example), shape, change))];

    /// <summary>Returns the inputs with each float replaced by the next larger one.</summary>
    public static IReadOnlyList<GraphTensor> NextFloats(IReadOnlyList<GraphTensor> inputs) =>
        [.. inputs.Select(input => input switch
        {
            GraphTensor<float> floats =>
                new GraphTensor<float>([.. floats.Data.Select(MathF.BitIncrement)], [.. floats.Shape]),
            GraphTensor<double> doubles =>
                new GraphTensor<double>([.. doubles.Data.Select(Math.BitIncrement)], [.. doubles.Shape]),
            _ => input,
        })];

    private static GraphTensor Widen(GraphTensor example) => example switch
    {
        GraphTensor<long> { Data: [var first, ..] data } => Of([.. data.Distinct(), first == 0 ? 1 : first - 1]),
        GraphTensor<int> { Data: [var first, ..] data } => Of([.. data.Distinct(), first == 0 ? 1 : first - 1]),
        GraphTensor<byte> { Data: [var first, ..] data } =>
            Of([.. data.Distinct(), (byte)(first == 0 ? 1 : first - 1)]),
        GraphTensor<bool> => Of([false, true]),
        _ => example,
    };

    private static GraphTensor<T> Of<T>(T[] data) where T : unmanaged => new(data, data.Length);

    private GraphTensor Draw(GraphTensor example, long[] shape, Func<float, float>? change = null)
    {
        int count = checked((int)shape.Aggregate(1L, (product, length) => product * length));
        return example switch
        {
            GraphTensor<float> => new GraphTensor<float>([.. Normals()], shape),
            GraphTensor<double> => new GraphTensor<double>([.. Normals().Select(value => (double)value)], shape),
            // Other integers may be invalid indices.
            GraphTensor<long> longs => new GraphTensor<long>(Pick(longs.Data, count), shape),
            GraphTensor<int> ints => new GraphTensor<int>(Pick(ints.Data, count), shape),
            GraphTensor<byte> bytes => new GraphTensor<byte>(Pick(bytes.Data, count), shape),
            GraphTensor<bool> flags => new GraphTensor<bool>(Pick(flags.Data, count), shape),
            _ => throw new ArgumentException($"Graph inputs cannot have elements of type {example.ElementType}."),
        };

        IEnumerable<float> Normals() =>
            Enumerable.Range(0, count).Select(_ => change is null ? Normal() : change(Normal()));
    }

    private T[] Pick<T>(T[] from, int count) => _random.GetItems(from, count);

    // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    private float Normal() => (float)(
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
