namespace TorchOnnx.Operators;

/// <summary>
/// Converters for pooling to a given output size. They use global pooling if the size is 1, and ordinary pooling if it
/// divides the input. Otherwise they pool one axis at a time over windows of different sizes.
/// </summary>
internal static class AdaptivePoolConverters
{
    public static GraphValue Average(ConversionContext context, int dimensions) =>
        Pool(context, dimensions, new("AveragePool", "GlobalAveragePool", "ReduceMean"));

    public static GraphValue Max(ConversionContext context, int dimensions) =>
        Pool(context, dimensions, new("MaxPool", "GlobalMaxPool", "ReduceMax"));

    public static IReadOnlyList<GraphValue> MaxWithIndices(ConversionContext context, int dimensions)
    {
        context.Accept("output_size");
        var sizes = SpatialSizes(context);
        if (sizes.Any(size => size.From.IsDynamic))
        {
            throw context.Refuse(
                "it pools over a dynamic dimension, so the windows change with its size",
                "Make the dimension static, or do not return the indices");
        }
        if (CommonKernel(sizes) is not { } kernel)
        {
            throw context.Refuse(
                $"the output size does not divide the input [{string.Join(", ", context.InputShape.Skip(2))}], so the "
                    + "windows have different sizes, and their indices are not supported",
                "Choose an output size that divides the input, or do not return the indices");
        }
        return MaxPoolConverters.Pool(
            context, dimensions, kernel, kernel, null, null, ceilMode: false, withIndices: true);
    }

    private static GraphValue Pool(ConversionContext context, int dimensions, PoolOperators operators)
    {
        // The recorded result has this size.
        context.Accept("output_size");
        Spatial.RequireBatch(context, dimensions);
        var sizes = SpatialSizes(context);
        if (sizes.All(size => size.To == 1)) return context.Add(operators.Global, context.Input);
        if (CommonKernel(sizes) is { } kernel)
        {
            return context.Add(
                operators.Pool, context.Input, new OnnxAttribute("kernel_shape", kernel),
                new OnnxAttribute("strides", kernel));
        }
        return sizes.Index().Where(size => size.Item.From != size.Item.To).Aggregate(
            context.Input, (value, size) => PoolUnevenly(
                context, value, size.Index + 2, size.Item.From, size.Item.To, operators.Reduce));
    }

    private static List<(Dimension From, Dimension To)> SpatialSizes(ConversionContext context) =>
        [.. context.InputShape.Skip(2).Zip(context.OutputShape.Skip(2))];

    // Returns the kernel if each axis has windows of one size at all sizes, and null otherwise.
    private static long[]? CommonKernel(List<(Dimension From, Dimension To)> sizes) =>
        sizes.All(size => !size.From.IsDynamic && !size.To.IsDynamic && size.From.Size % size.To.Size == 0)
            ? [.. sizes.Select(size => size.From.Size / size.To.Size)]
            : null;

    // Window i is [⌊i · from / to⌋, ⌈(i + 1) · from / to⌉).
    private static GraphValue PoolUnevenly(
        ConversionContext context, GraphValue value, int axis, Dimension from, Dimension to, string reduction)
    {
        if (to.IsDynamic)
        {
            throw context.Refuse(
                "its output size is dynamic, so the number of windows changes",
                "Make the dimension static, or pool to a fixed size");
        }
        if (to == 1) return context.Reduce(reduction, value, [axis], keep: true);
        return context.Concat(
            [.. Enumerable.Range(0, (int)to.Size).Select(
                index => context.Reduce(reduction, Window(index), [axis], keep: true))],
            axis);

        GraphValue Window(long index) => from.IsDynamic
            ? context.Add(
                "Slice",
                [value, Quotient(index, 0), Quotient(index + 1, to.Size - 1), context.Constant([axis])])
            : context.Slice(
                value, axis, index * from.Size / to.Size, ((index + 1) * from.Size + to.Size - 1) / to.Size);

        // Returns ⌊(index · from + rounding) / to⌋.
        GraphValue Quotient(long index, long rounding)
        {
            var product = context.Add("Mul", [context.Sizes([from]), context.Constant([index])]);
            return context.Add(
                "Div", [context.Add("Add", [product, context.Constant([rounding])]), context.Constant([to.Size])]);
        }
    }

    private readonly record struct PoolOperators(string Pool, string Global, string Reduce);
}
