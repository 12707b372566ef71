using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Pooling to a given output size: global pooling to a single element, a pooling where the input is a multiple of the
/// output, and otherwise axis by axis over windows of several sizes.
/// </summary>
internal static class AdaptivePoolConverter
{
    public static void AddTo(ConverterRegistry registry)
    {
        registry
            .Add<AdaptiveAvgPool1d>((_, context) => Pool(context, 1, "AveragePool"))
            .Add<AdaptiveAvgPool2d>((_, context) => Pool(context, 2, "AveragePool"))
            .Add<AdaptiveAvgPool3d>((_, context) => Pool(context, 3, "AveragePool"))
            .Add<AdaptiveMaxPool1d>((_, context) => Pool(context, 1, "MaxPool"))
            .Add<AdaptiveMaxPool2d>((_, context) => Pool(context, 2, "MaxPool"));
        for (int spatial = 1; spatial <= 3; spatial++)
        {
            int dimensions = spatial;
            var type = typeof(nn.functional);
            registry.AddMethod(
                type, $"adaptive_avg_pool{spatial}d", context => ToOutputSize(context, dimensions, "AveragePool"));
            registry.AddMethod(type, $"adaptive_max_pool{spatial}d", context => ToOutputSize(context, dimensions, "MaxPool"));
            registry.AddMultipleMethod(
                type, $"adaptive_max_pool{spatial}d_with_indices", context => WithIndices(context, dimensions));
        }
    }

    /// <summary>Pools to the shape that the forward pass gave.</summary>
    public static GraphValue Pool(ConversionContext context, int dimensions, string operation)
    {
        Spatial.RequireBatch(context, dimensions);
        var sizes = context.InputShape.Skip(2).Zip(context.OutputShape.Skip(2)).ToList();
        if (sizes.All(size => size.Second == 1)) return context.Add(operation == "MaxPool" ? "GlobalMaxPool" : "GlobalAveragePool", context.Input);
        if (Kernel(context, sizes) is { } kernel)
            return context.Add(
                operation, context.Input, new OnnxAttribute("kernel_shape", kernel),
                new OnnxAttribute("strides", kernel));
        string reduction = operation == "MaxPool" ? "ReduceMax" : "ReduceMean";
        return sizes.Index().Where(size => size.Item.First != size.Item.Second).Aggregate(
            context.Input, (value, size) => PoolUnevenly(
                context, value, size.Index + 2, size.Item.First.Size, size.Item.Second.Size, reduction));
    }

    private static GraphValue ToOutputSize(ConversionContext context, int dimensions, string operation)
    {
        context.Argument("output_size");
        return Pool(context, dimensions, operation);
    }

    private static IReadOnlyList<GraphValue> WithIndices(ConversionContext context, int dimensions)
    {
        context.Argument("output_size");
        var sizes = context.InputShape.Skip(2).Zip(context.OutputShape.Skip(2)).ToList();
        if (Kernel(context, sizes) is not { } kernel)
            throw context.Refuse(
                $"an input of [{string.Join(", ", context.InputShape.Skip(2))}] is not a multiple of the output, and the "
                    + "indices of maxima in windows of several sizes are not written",
                "Choose an output size that divides the input, or do without the indices");
        return MaxPoolConverter.Pool(context, dimensions, kernel, kernel, null, null, ceilMode: false, withIndices: true);
    }

    // The one size that all windows of an axis have; null where they differ.
    private static long[]? Kernel(ConversionContext context, IReadOnlyList<(Dimension From, Dimension To)> sizes)
    {
        if (sizes.Any(size => size.From.IsDynamic || size.To.IsDynamic))
            throw context.Refuse(
                "the input has a dynamic size where it is pooled, so the windows would differ from size to size",
                "Make the dimension static, or pool to 1");
        return sizes.All(size => size.From.Size % size.To.Size == 0)
            ? [.. sizes.Select(size => size.From.Size / size.To.Size)]
            : null;
    }

    // Window i goes from ⌊i · from / to⌋ to before ⌈(i + 1) · from / to⌉.
    private static GraphValue PoolUnevenly(
        ConversionContext context, GraphValue value, int axis, long from, long to, string reduction)
    {
        return context.Concat(
            [.. Enumerable.Range(0, (int)to).Select(index => context.Reduce(reduction, Window(index), [axis], keep: true))],
            axis);

        GraphValue Window(long index) =>
            context.Slice(value, axis, index * from / to, ((index + 1) * from + to - 1) / to);
    }
}
