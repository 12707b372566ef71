using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>Which sizes of the inputs are open, and inputs of other sizes made from the example.</summary>
internal sealed class DynamicSizes
{
    private static readonly int[] NearSteps = [1, 3];

    // As far as costs little: 32 times a small size, but with many elements no more than a few times the work.
    private const long MostGrowth = 32;
    private const long LeastGrowth = 4;
    private const long LeastBatchGrowth = 8;
    private const long SizeThatIsFar = 256;
    private const long ElementsThatAreMany = 65_536;

    private readonly List<DynamicDimension> _dimensions = [];
    private readonly IReadOnlyList<long[]> _shapes;
    private readonly Dictionary<string, long> _reached = [];

    /// <param name="options">What the user leaves open.</param>
    /// <param name="example">The inputs.</param>
    public DynamicSizes(OnnxExportOptions options, ModelInputs example)
    {
        _shapes = [.. example.Tensors.Select(tensor => tensor.shape)];
        if (options.DynamicBatch && example.Tensors is [{ } first, ..] && first.dim() > 0)
            _dimensions.AddRange(
                from input in example.Tensors.Index()
                where input.Item.dim() > 0 && input.Item.shape[0] == first.shape[0]
                where !options.DynamicDimensions.Any(dimension => dimension.Input == input.Index && dimension.Axis == 0)
                select new DynamicDimension(options.BatchDimensionName, input.Index, 0));
        _dimensions.AddRange(options.DynamicDimensions);
    }

    /// <summary>The names of the open sizes, in the order in which they are declared.</summary>
    public IReadOnlyList<string> Names => [.. _dimensions.Select(dimension => dimension.Name).Distinct()];

    /// <summary>The name of a dimension of an input; null where its size is fixed.</summary>
    public string? NameOf(int input, int axis) =>
        _dimensions.FirstOrDefault(dimension => dimension.Input == input && dimension.Axis == axis)?.Name;

    /// <summary>
    /// For each name two passes with that size moved, so that a size cannot hide behind a division; with several
    /// names, one more with all of them moved. The elements change places too, and without names that is all that moves:
    /// what is the same in all passes is then known to depend on neither.
    /// </summary>
    public IEnumerable<(string Description, ModelInputs Inputs)> Near(ModelInputs example)
    {
        foreach (string name in Names)
            foreach (int steps in NearSteps)
                yield return ($"{name} + {steps * Multiple(name)}", With(example, name, Steps(name) + steps));
        if (Names.Count == 0) yield return ("other elements", Move(example, _ => null));
        if (Names.Count > 1)
            yield return ("all sizes moved", Move(example, name =>
                Math.Min(Steps(name) + 2 + Names.ToList().IndexOf(name), Largest(name) ?? long.MaxValue)));
    }

    /// <summary>
    /// Sizes well away from the example's, in steps: a condition, a minimum or a rounding may change only there. First the
    /// one to take, then those to fall back on where the module refuses it.
    /// </summary>
    public IEnumerable<long> Far(string name)
    {
        long steps = Steps(name), near = steps + NearSteps.Max();
        if (Largest(name) is { } largest) return [largest];
        long factor = Math.Min(MostGrowth, Math.Min(
            Math.Max(LeastGrowth, SizeThatIsFar / SizeOf(name)), Math.Max(LeastBatchGrowth, ElementsThatAreMany / Elements(name))));
        return Halves(steps * factor).TakeWhile(count => count > near);

        static IEnumerable<long> Halves(long count)
        {
            for (; count > 0; count /= 2) yield return count;
        }
    }

    /// <summary>The size in steps that a name has at most; null where that is not known.</summary>
    public long? Largest(string name) => Of(name).Max / Of(name).MultipleOf;

    /// <summary>A size below the example's, in steps; null where it has none.</summary>
    public long? Below(string name) => Steps(name) > 1 ? Steps(name) / 2 : null;

    /// <summary>Takes note of the size, in steps, that the module was run at away from the example.</summary>
    public void Reached(string name, long steps) => _reached[name] = steps;

    /// <summary>
    /// Sizes that no pass had, in steps. The module may refuse all but the one beside the example: a size of 1, and
    /// those between the example and where it was run away from it.
    /// </summary>
    public IEnumerable<(long Steps, bool MayFail)> Untraced(string name)
    {
        long steps = Steps(name);
        long[] traced = [steps, .. NearSteps.Select(near => steps + near), Below(name) ?? steps, _reached.GetValueOrDefault(name)];
        (long, bool)[] sizes = [(1, true), (steps + 2, false)];
        return _reached.TryGetValue(name, out long far)
            ? [.. sizes, .. ((long[])[(steps + far) / 2, far - 1]).Distinct().Except([.. traced, steps + 2]).Select(count => (count, true))]
            : sizes;
    }

    /// <summary>Shapes like the example's with the open sizes set.</summary>
    /// <param name="shapes">The example's shapes.</param>
    /// <param name="multiple">The size of a name in steps of its <see cref="DynamicDimension.MultipleOf"/>; null for the example's.</param>
    public IReadOnlyList<long[]> Shapes(IReadOnlyList<long[]> shapes, Func<string, long?> multiple) =>
        [.. shapes.Index().Select(shape => shape.Item.Index().Select(axis =>
            NameOf(shape.Index, axis.Index) is { } name && multiple(name) is { } count ? count * Multiple(name) : axis.Item)
            .ToArray())];

    /// <summary>How many times the example's size a size is, and no less than 1.</summary>
    public double Growth(string name, long steps) => Math.Max(1, (double)steps / Steps(name));

    /// <summary>What the size is a multiple of.</summary>
    public int Multiple(string name) => Of(name).MultipleOf;

    /// <summary>The example with another size.</summary>
    /// <param name="example">The example.</param>
    /// <param name="name">The name of the size.</param>
    /// <param name="steps">The size in steps of its <see cref="DynamicDimension.MultipleOf"/>.</param>
    public ModelInputs With(ModelInputs example, string name, long steps) =>
        Move(example, other => other == name ? steps : null);

    private DynamicDimension Of(string name) => _dimensions.First(dimension => dimension.Name == name);

    private long SizeOf(string name) => _shapes[Of(name).Input][Of(name).Axis];

    private long Steps(string name) => SizeOf(name) / Multiple(name);

    private long Elements(string name) => _dimensions.Where(dimension => dimension.Name == name)
        .Select(dimension => dimension.Input).Distinct()
        .Sum(input => _shapes[input].Aggregate(1L, (product, length) => product * length));

    private ModelInputs Move(ModelInputs example, Func<string, long?> steps) =>
        example.With(example.Tensors.Index().Select(input => _dimensions.Where(dimension => dimension.Input == input.Index)
            .Aggregate(Turn(input.Item), (tensor, dimension) =>
                steps(dimension.Name) is { } count ? Resize(tensor, dimension.Axis, count * dimension.MultipleOf) : tensor)));

    private static torch.Tensor Turn(torch.Tensor tensor) => tensor.flatten().roll(1, 0).reshape(tensor.shape);

    // By repeating what is there: indices beyond the example's own may not exist.
    private static torch.Tensor Resize(torch.Tensor tensor, int axis, long size)
    {
        while (tensor.shape[axis] < size) tensor = torch.cat([tensor, tensor], axis);
        return tensor.narrow(axis, 0, size).contiguous();
    }
}
