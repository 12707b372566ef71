using System.Numerics;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>Contains the open dimensions of the inputs, and creates inputs of other sizes from the example.</summary>
/// <remarks>
/// Sizes are counted in steps: multiples of a dimension's <see cref="DynamicDimension.MultipleOf"/>. The passes at
/// other sizes of a large module together cost about as much as a few passes of its example.
/// </remarks>
internal sealed class DynamicSizes
{
    private const int Seed = 20_10_17, SmallestShare = 8;

    // The far size is about FarSize, but 4 to 32 times the example's. It is smaller if the pass would take too long.
    private const long MostGrowth = 32;
    private const long LeastGrowth = 4;
    private const long LeastBatchGrowth = 8;
    private const long FarSize = 256;
    private const long ManyElements = 65_536;
    private const int MostReduction = 4;

    private readonly IReadOnlyList<DynamicDimension> _dimensions;
    private readonly IReadOnlyList<long[]> _shapes;
    private readonly IReadOnlyDictionary<int, InputGenerator> _generators;
    private readonly long? _limit;

    private DynamicSizes(
        IReadOnlyList<DynamicDimension> dimensions, IReadOnlyList<long[]> shapes,
        IReadOnlyDictionary<int, InputGenerator> generators, long? limit) =>
        (_dimensions, _shapes, _generators, _limit) = (dimensions, shapes, generators, limit);

    /// <param name="options">The options.</param>
    /// <param name="example">The inputs that the other sizes start from.</param>
    /// <param name="limit">
    /// For a large module, the number of elements in the user's example; otherwise <see langword="null"/>.
    /// </param>
    public static DynamicSizes Of(OnnxExportOptions options, ModelInputs example, long? limit)
    {
        var batch = !options.DynamicBatch || example.Tensors[0].dim() == 0
            ? []
            : from input in example.Tensors.Index()
              where input.Item.dim() > 0 && input.Item.shape[0] == example.Tensors[0].shape[0]
              where !options.DynamicDimensions.Any(dimension => dimension.Input == input.Index
                  && (dimension.Axis == 0 || dimension.Name == options.BatchDimensionName))
              select new DynamicDimension(options.BatchDimensionName, input.Index, 0);
        return new(
            [.. batch, .. options.DynamicDimensions], [.. example.Tensors.Select(tensor => tensor.shape)],
            options.InputGenerators, limit);
    }

    /// <summary>Returns the same dimensions, starting from the sizes of other inputs.</summary>
    public DynamicSizes From(ModelInputs inputs) =>
        new(_dimensions, [.. inputs.Tensors.Select(tensor => tensor.shape)], _generators, _limit);

    /// <summary>
    /// Gets a value that indicates whether a pass costs about as much as a pass of a large module's example, so that
    /// only a few passes are affordable.
    /// </summary>
    public bool IsCostly => _limit < MostReduction * Count(_shapes);

    private int[] NearSteps => IsCostly ? [1] : [1, 3];

    /// <summary>Returns smaller sizes from which the passes of a large module can start, smallest first.</summary>
    public IEnumerable<IReadOnlyDictionary<string, long>> Reduced()
    {
        for (long divisor = MostReduction; _limit is not null && divisor > 1; divisor /= 2)
        {
            var steps = Names.ToDictionary(name => name, name =>
                Steps(name) < MostReduction ? Steps(name) : Math.Max(Steps(name) / divisor, Smallest(name)));
            if (2 * Elements(steps) <= _limit) yield return steps;
        }
    }

    /// <summary>Gets the names of the open sizes in the order of their declaration.</summary>
    public IReadOnlyList<string> Names => [.. _dimensions.Select(dimension => dimension.Name).Distinct()];

    /// <summary>Returns the name of an input's dimension, or <see langword="null"/> if its size is fixed.</summary>
    public string? NameOf(int input, int axis) =>
        _dimensions.FirstOrDefault(dimension => dimension.Input == input && dimension.Axis == axis)?.Name;

    /// <summary>
    /// Returns the shapes of inputs near the example: two sizes for each name, because an integer division may give the
    /// same result at one of them, or one size if passes are costly. Without open sizes, returns the example's shapes.
    /// </summary>
    public IEnumerable<(string Description, IReadOnlyList<long[]> Shapes)> Near()
    {
        foreach (string name in Names)
        {
            foreach (int steps in NearSteps)
            {
                yield return (
                    $"{name} + {steps * Multiple(name)}",
                    Shapes(other => other == name ? Steps(name) + steps : null));
            }
        }
        if (Names.Count == 0) yield return ("other elements", _shapes);
    }

    /// <summary>
    /// Returns the example with other shapes. The elements are rotated, so a tensor that is equal in all passes is a
    /// constant.
    /// </summary>
    public ModelInputs With(ModelInputs example, IReadOnlyList<long[]> shapes) =>
        Generate(example, shapes, new(Seed), index => Resize(Rotate(example.Tensors[index]), shapes[index]));

    /// <summary>
    /// Returns inputs with several sizes changed together: equal ones, which the module may reject, and different ones.
    /// </summary>
    public IEnumerable<(string Description, bool MayReject, ModelInputs Inputs)> Together(ModelInputs example)
    {
        if (Equal() is { } equal) yield return (Describe(equal), true, With(example, equal));
        if (Names.Count > 1)
        {
            yield return ("all sizes changed", false, Resize(example, name =>
                Math.Min(Steps(name) + 2 + Names.ToList().IndexOf(name), Largest(name) ?? long.MaxValue)));
        }
    }

    /// <summary>Returns the example with its elements in another order.</summary>
    public ModelInputs Rotated(ModelInputs example) => Resize(example, _ => null);

    /// <summary>
    /// Returns sizes, as many of them equal as possible, or <see langword="null"/> if no two can be equal. The smallest
    /// sizes, such as a batch beside an image, stay smaller if equal sizes would be too costly.
    /// </summary>
    /// <param name="factor">A number that the equal sizes are multiples of.</param>
    public IReadOnlyDictionary<string, long>? Equal(long factor = 1)
    {
        for (int different = 0; different < Names.Count - 1; different++)
        {
            string[] group = [.. Names.OrderBy(SizeOf).Skip(different)];
            long multiple = group.Aggregate(factor, (common, name) =>
                common / (long)BigInteger.GreatestCommonDivisor(common, Multiple(name)) * Multiple(name));
            long size = (group.Max(name => (Steps(name) + 2) * Multiple(name)) + multiple - 1) / multiple * multiple;
            if (group.Any(name => size > (Largest(name) * Multiple(name) ?? long.MaxValue))) continue;
            var steps = Names.ToDictionary(
                name => name, name => group.Contains(name) ? size / Multiple(name) : Steps(name) + 1);
            if (Elements(steps) <= MostElements) return steps;
        }
        return null;
    }

    /// <summary>Gets the number of elements up to which a pass with several changed sizes is affordable.</summary>
    public long MostElements => _limit ?? Math.Max(ManyElements, LeastBatchGrowth * Count(_shapes));

    /// <summary>Returns the number of elements of the inputs at other sizes.</summary>
    public long Elements(IReadOnlyDictionary<string, long> steps) => Count(Shapes(name => steps[name]));

    /// <summary>Returns the example with other sizes.</summary>
    public ModelInputs With(ModelInputs example, IReadOnlyDictionary<string, long> steps) =>
        Resize(example, name => steps[name]);

    /// <summary>Describes sizes, such as "N = 8 and T = 8".</summary>
    public string Describe(IReadOnlyDictionary<string, long> steps) =>
        string.Join(" and ", steps.Select(size => $"{size.Key} = {size.Value * Multiple(size.Key)}"));

    private static long Count(IReadOnlyList<long[]> shapes) =>
        shapes.Sum(shape => shape.Aggregate(1L, (product, length) => product * length));

    /// <summary>
    /// Returns sizes far above the example's, where conditions, minima and rounding may give other results. The
    /// first is the preferred size; the others are for modules that reject it.
    /// </summary>
    public IEnumerable<long> Far(string name)
    {
        long steps = Steps(name), near = steps + NearSteps.Max();
        if (Largest(name) is { } largest) return [largest];
        long factor = Math.Min(MostGrowth, Math.Min(
            Math.Max(LeastGrowth, FarSize / SizeOf(name)), Math.Max(LeastBatchGrowth, ManyElements / Elements(name))));
        return Halves(steps * factor).TakeWhile(count => count > near)
            .Where(count => _limit is null || 2 * Count(Shapes(other => other == name ? count : null)) <= _limit);

        static IEnumerable<long> Halves(long count)
        {
            for (; count > 0; count /= 2) yield return count;
        }
    }

    /// <summary>
    /// Returns inputs of the example's sizes. Their elements are drawn from a half, a quarter and an eighth of the
    /// example's elements.
    /// </summary>
    public IEnumerable<ModelInputs> Redrawn(ModelInputs example)
    {
        var random = new Random(Seed);
        for (int share = 2; share <= SmallestShare; share *= 2)
        {
            yield return Generate(
                example, _shapes, random, index => Redraw(example.Tensors[index], share, random));
        }
    }

    private static torch.Tensor Redraw(torch.Tensor tensor, int share, Random random)
    {
        int count = (int)tensor.numel();
        long[] pool = [.. Enumerable.Range(0, Math.Max(1, count / share)).Select(_ => random.NextInt64(count))];
        var places = torch.tensor(random.GetItems(pool, count), device: tensor.device);
        return tensor.flatten().index_select(0, places).reshape(tensor.shape);
    }

    /// <summary>Returns the declared maximum in steps, or <see langword="null"/> if not declared.</summary>
    public long? Largest(string name) => All(name).Min(dimension => dimension.Max) / Multiple(name);

    /// <summary>Returns the declared minimum in steps, or 1 if not declared.</summary>
    public long Smallest(string name) => All(name).Max(dimension => dimension.Min) / Multiple(name) ?? 1;

    /// <summary>Returns a size below the example's in steps, or <see langword="null"/> if not found.</summary>
    public long? Below(string name) =>
        Math.Max(Steps(name) / 2, Smallest(name)) is var below && below < Steps(name) ? below : null;

    /// <summary>
    /// Returns sizes that were not traced: the smallest, one near the example, and two between the example and the far
    /// size. The module may reject all but the near one.
    /// </summary>
    /// <param name="name">The name of the size.</param>
    /// <param name="far">The far size that was traced, or 0 if there is none.</param>
    public IEnumerable<(long Steps, bool MayFail)> Untraced(string name, long far)
    {
        long steps = Steps(name);
        if (IsCostly) return [(steps + 2, false)];
        long[] traced = [steps, .. NearSteps.Select(near => steps + near), Below(name) ?? steps, far];
        (long, bool)[] sizes = [(Smallest(name), true), (steps + 2, false)];
        // Tries even and odd sizes, because a stride of 2 hides a padding that is off by one at every other size.
        long middle = (steps + far) / 2 + (((steps + far) / 2 - steps) % 2 == 0 ? 1 : 0);
        return far > 0
            ? [.. sizes, .. ((long[])[middle, far - 1]).Distinct().Except([.. traced, steps + 2])
                .Select(count => (count, true))]
            : sizes;
    }

    /// <summary>Gets the shapes of the inputs that the other sizes start from.</summary>
    public IReadOnlyList<long[]> Start => _shapes;

    /// <summary>Returns the shapes with other open sizes.</summary>
    /// <param name="steps">Returns the size for a name, or <see langword="null"/> for the example's size.</param>
    public IReadOnlyList<long[]> Shapes(Func<string, long?> steps) =>
        [.. _shapes.Index().Select(shape => shape.Item.Index().Select(axis =>
            NameOf(shape.Index, axis.Index) is { } name && steps(name) is { } count
                ? count * Multiple(name)
                : axis.Item)
            .ToArray())];

    /// <summary>Returns the size of one step, the dimension's <see cref="DynamicDimension.MultipleOf"/>.</summary>
    public int Multiple(string name) => Of(name).MultipleOf;

    /// <summary>Returns the example with another size.</summary>
    public ModelInputs With(ModelInputs example, string name, long steps) =>
        Resize(example, other => other == name ? steps : null);

    /// <summary>Returns the declaration of a dimension with a bound, as C#.</summary>
    public string Declare(SizeBound bound)
    {
        var dimension = Of(bound.Name);
        string multiple = dimension.MultipleOf == 1 ? "" : $"MultipleOf = {dimension.MultipleOf}, ";
        return $"new(\"{bound.Name}\", {dimension.Input}, {dimension.Axis}) "
            + $"{{ {multiple}{(bound.IsLeast ? "Min" : "Max")} = {bound.Size} }}";
    }

    private IEnumerable<DynamicDimension> All(string name) => _dimensions.Where(dimension => dimension.Name == name);

    private DynamicDimension Of(string name) => All(name).First();

    /// <summary>Returns the size in the example.</summary>
    public long SizeOf(string name) => _shapes[Of(name).Input][Of(name).Axis];

    /// <summary>Returns the size in the example, in steps.</summary>
    public long Steps(string name) => SizeOf(name) / Multiple(name);

    private long Elements(string name) => All(name).Select(dimension => dimension.Input).Distinct()
        .Sum(input => Count([_shapes[input]]));

    private ModelInputs Resize(ModelInputs example, Func<string, long?> steps) => With(example, Shapes(steps));

    private ModelInputs Generate(
        ModelInputs example, IReadOnlyList<long[]> shapes, Random random, Func<int, torch.Tensor> other) =>
        example.With(GeneratedInputs.Of(
            _generators, example.Tensors.Select(tensor => tensor.dtype).Zip(shapes), random, other)
            .Select(input => input.to(example.Tensors[0].device)));

    private static torch.Tensor Rotate(torch.Tensor tensor) => tensor.flatten().roll(1, 0).reshape(tensor.shape);

    // Repeats the elements, because other integers may be invalid indices.
    private static torch.Tensor Resize(torch.Tensor tensor, long[] shape)
    {
        foreach (var (axis, size) in shape.Index())
        {
            while (tensor.shape[axis] < size) tensor = torch.cat([tensor, tensor], axis);
            if (tensor.shape[axis] > size) tensor = tensor.narrow(axis, 0, size).contiguous();
        }
        return tensor;
    }
}
