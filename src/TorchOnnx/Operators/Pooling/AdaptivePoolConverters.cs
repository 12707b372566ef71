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
        if (CommonKernel(context, SpatialSizes(context)) is not { } kernel)
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
        if (CommonKernel(context, sizes) is { } kernel)
        {
            return context.Add(
                operators.Pool, context.Input, new OnnxAttribute("kernel_shape", kernel),
                new OnnxAttribute("strides", kernel));
        }
        return sizes.Index().Where(size => size.Item.From != size.Item.To).Aggregate(
            context.Input, (value, size) => PoolUnevenly(
                context, value, size.Index + 2, size.Item.From.Size, size.Item.To.Size, operators.Reduce));
    }

    private static List<(Dimension From, Dimension To)> SpatialSizes(ConversionContext context) =>
        [.. context.InputShape.Skip(2).Zip(context.OutputShape.Skip(2))];

    // Returns the kernel if each axis has windows of one size, and null otherwise.
    private static long[]? CommonKernel(ConversionContext context, List<(Dimension From, Dimension To)> sizes)
    {
        if (sizes.Any(size => size.From.IsDynamic || size.To.IsDynamic))
        {
            throw context.Refuse(
                "it pools over a dynamic dimension, so the windows change with its size",
                "Make the dimension static, or pool to 1");
        }
        return sizes.All(size => size.From.Size % size.To.Size == 0)
            ? [.. sizes.Select(size => size.From.Size / size.To.Size)]
            : null;
    }

    // Window i is [⌊i · from / to⌋, ⌈(i + 1) · from / to⌉).
    private static GraphValue PoolUnevenly(
        ConversionContext context, GraphValue value, int axis, long from, long to, string reduction)
    {
        return context.Concat(
            [.. Enumerable.Range(0, (int)to).Select(
                index => context.Reduce(reduction, Window(index), [axis], keep: true))],
            axis);

        GraphValue Window(long index) =>
            context.Slice(value, axis, index * from / to, ((index + 1) * from + to - 1) / to);
    }

    private readonly record struct PoolOperators(string Pool, string Global, string Reduce);
}
