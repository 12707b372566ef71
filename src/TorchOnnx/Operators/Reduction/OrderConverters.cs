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

    /// <summary>Writes the k-th smallest element and its index.</summary>
    public static IReadOnlyList<GraphValue> KthValue(ConversionContext context)
    {
        var type = Elementwise.Wide(context.InputType);
        int axis = context.Axis(context.Integer("dim", -1));
        if (context.InputShape.Count == 0)
        {
            context.Accept("k", "keepdim");
            return [context.Input, context.Constant(0, ScalarType.Int64)];
        }
        var smallest = context.AddMany(
            "TopK", [context.Cast(context.Input, type), context.Sizes([context.Size("k")])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", 0));
        var last = context.Flag("keepdim")
            ? context.Constant([-1L])
            : context.Constant(-1, ScalarType.Int64);
        return
        [
            context.Cast(context.Gather(smallest[0], last, axis), context.InputType),
            context.Gather(smallest[1], last, axis),
        ];
    }

    // Interpolates between the two sorted elements around q · (size − 1). In TorchSharp, −1 means all dimensions.
    public static GraphValue Quantile(ConversionContext context)
    {
        var (type, shape) = (context.InputType, context.InputShape);
        var value = context.Tensor("this");
        bool ofAll = context.Integer("dim", -1) == -1;
        int axis = ofAll ? 0 : context.Axis(context.Integer("dim"));
        if (ofAll) (value, shape) = (context.Reshape(value, shape, [Axes.Count(shape)]), [Axes.Count(shape)]);
        var sorted = context.AddMany(
            "TopK", [value, context.Sizes([shape[axis]])], 2,
            new OnnxAttribute("axis", axis), new OnnxAttribute("largest", 0))[0];
        var q = context.Operand("q", type);
        var place = context.Add("Mul", [q, context.Scalar(shape[axis] - 1, type)]);
        var floor = context.Add("Floor", place);
        GraphValue below = Take(floor), above = Take(context.Add("Ceil", place));
        // The fractions lie along the axes of q, which replace the axis.
        var fraction = context.Unsqueeze(
            context.Add("Sub", [place, floor]), Axes.Range(q.Shape!.Count, shape.Count - axis - 1));
        var result = context.Add(
            "Add", [below, context.Add("Mul", [fraction, context.Add("Sub", [above, below])])]);
        bool keep = context.Flag("keepdim");
        if (ofAll) return context.Reshape(result, q.Shape, context.OutputShape);
        if (q.Shape.Count > 0)
        {
            result = context.Permute(
                result, [axis, .. Enumerable.Range(0, shape.Count).Where(place => place != axis)]);
        }
        return keep ? context.Unsqueeze(result, axis + q.Shape.Count) : result;

        GraphValue Take(GraphValue places) => context.Gather(sorted, context.Cast(places, ScalarType.Int64), axis);
    }

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
