using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for extrema, their indices, medians and sorting.</summary>
internal static class OrderConverters
{
    // max(other) is elementwise; max() reduces all elements; max(dim) also returns indices.
    public static IReadOnlyList<GraphValue> Extremum(ConversionContext context, bool largest)
    {
        if (context.Given("other")) return [Elementwise.Binary(context, largest ? "Max" : "Min")];
        var values = ReductionConverters.Reduce(context, largest ? "ReduceMax" : "ReduceMin");
        return context.OutputTypes.Count == 1 ? [values] : [values, Arg(context, largest)];
    }

    public static IReadOnlyList<GraphValue> AminMax(ConversionContext context)
    {
        if (context.Integer("dim", 0) == -1 && context.InputShape.Count > 1)
        {
            throw context.Refuse(
                "this version of TorchSharp's aminmax takes −1 for all dimensions", "Pass a non-negative dimension");
        }
        return [ReductionConverters.Reduce(context, "ReduceMin"), ReductionConverters.Reduce(context, "ReduceMax")];
    }

    public static GraphValue Arg(ConversionContext context, bool largest)
    {
        var type = Elementwise.Wide(context.InputType);
        var value = context.Cast(context.Input, type);
        if (context.InputShape.Count == 0) return context.Constant(0, ScalarType.Int64);
        long axis = 0;
        if (context.Given("dim")) axis = context.Integer("dim");
        else value = context.Add("Reshape", [value, context.Constant([-1L])]);
        bool keep = context.Flag("keepdim");
        return type == ScalarType.Int64
            ? ArgOfInt64(context, value, axis, largest, keep)
            : context.Add(
                largest ? "ArgMax" : "ArgMin", value,
                new OnnxAttribute("axis", axis), new OnnxAttribute("keepdims", keep ? 1 : 0));
    }

    // torch takes the lower of the two elements in the middle.
    public static GraphValue Median(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var flat = context.Add("Reshape", [context.Cast(context.Input, type), context.Constant([-1L])]);
        var more = context.Add("Add", [context.Add("Shape", flat), context.Constant([1L])]);
        var smallest = context.AddMany(
            "TopK", [flat, context.Add("Div", [more, context.Constant([2L])])], 2, new OnnxAttribute("largest", 0))[0];
        return context.Add("Gather", [smallest, context.Constant(-1, ScalarType.Int64)]);
    });

    public static IReadOnlyList<GraphValue> TopK(ConversionContext context) => TopK(
        context, context.Axis(context.Integer("dim", -1)), context.Size("k"), context.Flag("largest", true),
        context.Flag("sorted", true));

    // TopK of all elements keeps the order of equal ones, so the sort is stable even if that was not requested.
    public static IReadOnlyList<GraphValue> Sort(ConversionContext context)
    {
        context.Accept("stable");
        return Sort(context, context.Axis(context.Integer("dim", -1)), context.Flag("descending"));
    }

    public static GraphValue MSort(ConversionContext context) => Sort(context, 0, descending: false)[0];

    private static IReadOnlyList<GraphValue> Sort(ConversionContext context, int axis, bool descending) =>
        TopK(context, axis, context.InputShape[axis], descending, sorted: true);

    private static IReadOnlyList<GraphValue> TopK(
        ConversionContext context, int axis, Dimension count, bool largest, bool sorted) => context.AddMany(
            "TopK", [context.Tensor("this"), context.Sizes([count])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", largest ? 1 : 0),
            new OnnxAttribute("sorted", sorted ? 1 : 0));

    // ONNX Runtime's ArgMax does not accept int64; its TopK does.
    private static GraphValue ArgOfInt64(
        ConversionContext context, GraphValue value, long axis, bool largest, bool keep)
    {
        var place = context.AddMany(
            "TopK", [value, context.Constant([1L])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", largest ? 1 : 0))[1];
        return keep ? place : context.Add("Squeeze", [place, context.Constant([axis])]);
    }
}
