using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Elements in the order of their size; a sort is the largest of all.</summary>
internal static class SortingConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMultipleMethod(typeof(Tensor), "topk", context => Sorted(
            context, context.Axis(context.Integer("dim", -1)), context.Size("k"), context.Flag("largest", true),
            context.Flag("sorted", true)))
        .AddMultipleMethod(typeof(Tensor), "sort", Sort)
        .AddMethod(typeof(Tensor), "argsort", context => Sorted(
            context, context.Axis(context.Integer("dim", -1)), context.Flag("descending"))[1])
        .AddMethod(typeof(Tensor), "msort", context => Sorted(context, 0, descending: false)[0]);

    // Equal elements stay in their order, whether that was asked for or not.
    private static IReadOnlyList<GraphValue> Sort(ConversionContext context)
    {
        context.Flag("stable");
        return Sorted(context, context.Axis(context.Integer("dim", -1)), context.Flag("descending"));
    }

    private static IReadOnlyList<GraphValue> Sorted(ConversionContext context, int axis, bool descending) =>
        Sorted(context, axis, context.InputShape[axis], descending, sorted: true);

    private static IReadOnlyList<GraphValue> Sorted(
        ConversionContext context, int axis, Dimension count, bool largest, bool sorted) => context.AddMany(
            "TopK", [context.Tensor("this"), context.Sizes([count])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", largest ? 1 : 0),
            new OnnxAttribute("sorted", sorted ? 1 : 0));
}
