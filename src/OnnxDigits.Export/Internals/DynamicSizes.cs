using OnnxDigits.Export.Internals.Front;
using TorchSharp;

namespace OnnxDigits.Export.Internals;

/// <summary>Which sizes of the inputs are open, and inputs of other sizes made from the example.</summary>
internal sealed class DynamicSizes
{
    private readonly List<DynamicDimension> _dimensions = [];

    /// <param name="options">What the user leaves open.</param>
    /// <param name="example">The inputs.</param>
    public DynamicSizes(OnnxExportOptions options, ModelInputs example)
    {
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
    public IEnumerable<(string Description, ModelInputs Inputs)> Moved(ModelInputs example)
    {
        foreach (string name in Names)
            foreach (int steps in (int[])[1, 3])
                yield return ($"{name} + {steps * Multiple(name)}", Move(example, other => other == name ? steps : 0));
        if (Names.Count == 0) yield return ("other elements", Move(example, _ => 0));
        if (Names.Count > 1)
            yield return ("all sizes moved", Move(example, name => 2 + Names.ToList().IndexOf(name)));
    }

    /// <summary>Shapes like the example's with the open sizes set.</summary>
    /// <param name="shapes">The example's shapes.</param>
    /// <param name="multiple">The size of a name in steps of its <see cref="DynamicDimension.MultipleOf"/>; null for the example's.</param>
    public IReadOnlyList<long[]> Shapes(IReadOnlyList<long[]> shapes, Func<string, long?> multiple) =>
        [.. shapes.Index().Select(shape => shape.Item.Index().Select(axis =>
            NameOf(shape.Index, axis.Index) is { } name && multiple(name) is { } count ? count * Multiple(name) : axis.Item)
            .ToArray())];

    /// <summary>A size that no pass had, in steps of its <see cref="DynamicDimension.MultipleOf"/>.</summary>
    /// <param name="name">The name of the size.</param>
    /// <param name="shapes">The example's shapes.</param>
    public long Untraced(string name, IReadOnlyList<long[]> shapes)
    {
        var dimension = _dimensions.First(dimension => dimension.Name == name);
        return shapes[dimension.Input][dimension.Axis] / dimension.MultipleOf + 2;
    }

    /// <summary>What the size is a multiple of.</summary>
    public int Multiple(string name) => _dimensions.First(dimension => dimension.Name == name).MultipleOf;

    private ModelInputs Move(ModelInputs example, Func<string, int> steps) =>
        example.With(example.Tensors.Index().Select(input => _dimensions.Where(dimension => dimension.Input == input.Index)
            .Aggregate(Turn(input.Item), (tensor, dimension) => Grow(tensor, dimension.Axis, steps(dimension.Name) * dimension.MultipleOf))));

    private static torch.Tensor Turn(torch.Tensor tensor) => tensor.flatten().roll(1, 0).reshape(tensor.shape);

    // By repeating what is there: indices beyond the example's own may not exist.
    private static torch.Tensor Grow(torch.Tensor tensor, int axis, long count)
    {
        while (count > 0)
        {
            long piece = Math.Min(count, tensor.shape[axis]);
            tensor = torch.cat([tensor, tensor.narrow(axis, 0, piece)], axis);
            count -= piece;
        }
        return tensor;
    }
}
