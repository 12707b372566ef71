using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>
/// Draws random inputs from a fixed seed, so that a verification can be repeated. It doesn't use TorchSharp's default
/// generator, whose state belongs to the user.
/// </summary>
internal sealed class InputSampler(
    IReadOnlyList<GraphTensor> examples, IReadOnlyList<torch.ScalarType> types,
    IReadOnlyDictionary<int, InputGenerator> generators)
{
    private const int Seed = 20_10_17;
    private const int MostSteps = 32;
    private readonly Random _random = new(Seed);

    /// <summary>
    /// Draws an input of each shape. An input without a generator gets floats around 0, or integers and flags from the
    /// example.
    /// </summary>
    /// <param name="shapes">The shapes.</param>
    /// <param name="change">Changes a drawn float.</param>
    public IReadOnlyList<GraphTensor> Draw(IReadOnlyList<long[]> shapes, Func<float, float>? change = null) =>
        Draw(examples, shapes, change);

    /// <summary>
    /// Draws an input of each shape that differs more from the example: changed floats, random flags, and integers from
    /// the example with one more that differs by 1. The module may reject this integer.
    /// </summary>
    public IReadOnlyList<GraphTensor> DrawWider(IReadOnlyList<long[]> shapes, Func<float, float> change) =>
        Draw([.. examples.Select(Widen)], shapes, change);

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

    /// <summary>
    /// Indicates whether drawn inputs are large enough to have every multiple of 0.5 that may replace a number.
    /// </summary>
    public static bool HasAllSteps(IReadOnlyList<GraphTensor> inputs) => inputs.All(input => input switch
    {
        GraphTensor<float> floats => floats.Data.Length >= 2 * MostSteps,
        GraphTensor<double> doubles => doubles.Data.Length >= 2 * MostSteps,
        _ => true,
    });

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

    private IReadOnlyList<GraphTensor> Draw(
        IReadOnlyList<GraphTensor> from, IReadOnlyList<long[]> shapes, Func<float, float>? change)
    {
        int seed = _random.Next();
        if (generators.Count == 0) return [.. shapes.Select((_, index) => Drawn(index))];
        using var scope = torch.NewDisposeScope();
        return [.. GeneratedInputs.Of(
            generators, types.Zip(shapes), _random, index => TensorCopy.ToTorch(Drawn(index)))
            .Select(TensorCopy.ToManaged)];

        GraphTensor Drawn(int index) =>
            Draw(from[index], shapes[index], count => Floats(count, index, seed), change);
    }

    private GraphTensor Draw(
        GraphTensor example, long[] shape, Func<int, float[]> floats, Func<float, float>? change)
    {
        int count = checked((int)shape.Aggregate(1L, (product, length) => product * length));
        return example switch
        {
            GraphTensor<float> => new GraphTensor<float>(Changed(), shape),
            GraphTensor<double> => new GraphTensor<double>([.. Changed().Select(value => (double)value)], shape),
            // Other integers may be invalid indices.
            GraphTensor<long> longs => new GraphTensor<long>(_random.GetItems(longs.Data, count), shape),
            GraphTensor<int> ints => new GraphTensor<int>(_random.GetItems(ints.Data, count), shape),
            GraphTensor<byte> bytes => new GraphTensor<byte>(_random.GetItems(bytes.Data, count), shape),
            GraphTensor<bool> flags => new GraphTensor<bool>(_random.GetItems(flags.Data, count), shape),
            _ => throw new ArgumentException($"Graph inputs cannot have elements of type {example.ElementType}."),
        };

        float[] Changed() => change is null ? floats(count) : [.. floats(count).Select(change)];
    }

    // Draws numbers from a normal distribution. Replaces up to half of them with different multiples of 0.5 from −8 to
    // 7.5, at which limits, comparisons and rounding decide. Inputs of one size have the multiples at the same places,
    // and every other place has the same multiple in all inputs.
    private float[] Floats(int count, int input, int seed)
    {
        using var generator = new torch.Generator((ulong)(seed + input));
        using var normal = torch.randn(count, generator: generator);
        float[] floats = ((GraphTensor<float>)TensorCopy.ToManaged(normal)).Data;
        float[] steps = [.. Enumerable.Range(-MostSteps / 2, MostSteps).Select(step => step / 2f)];
        var shuffle = new Random(seed);
        shuffle.Shuffle(steps);
        var places = new HashSet<int>();
        while (places.Count < Math.Min((count + 1) / 2, MostSteps)) places.Add(shuffle.Next(count));
        foreach (var (index, place) in places.Index())
        {
            floats[place] = steps[index % 2 == 0 ? index : (index + 2 * input) % MostSteps];
        }
        return floats;
    }
}
