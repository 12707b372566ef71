namespace TorchOnnx.Operators;

/// <summary>
/// Converters for gathering by index tensors, and for lookups that return indices or one-hot vectors.
/// </summary>
internal static class GatherConverters
{
    public static GraphValue IndexSelect(ConversionContext context) => context.Gather(
        context.Tensor("this"), IndexVector(context), context.Axis(context.Integer("dim")));

    public static GraphValue Gather(ConversionContext context) => GatherElements(
        context, context.Tensor("this"), context.Tensor("index"), context.Axis(context.Integer("dim")));

    public static GraphValue Take(ConversionContext context) =>
        context.Gather(Flat(context), context.Tensor("index"), 0);

    public static GraphValue TakeAlongDim(ConversionContext context)
    {
        var indices = context.Tensor("indices");
        if (!context.Given("dim"))
        {
            return context.Gather(
                Flat(context), context.Reshape(indices, indices.Shape!, [Axes.Count(indices.Shape!)]), 0);
        }
        int axis = context.Axis(context.Integer("dim"));
        // The other dimensions broadcast.
        Dimension[] values = [.. context.OutputShape];
        values[axis] = context.InputShape[axis];
        return GatherElements(
            context, context.Expand(context.Tensor("this"), context.InputShape, values),
            context.Expand(indices, indices.Shape!, context.OutputShape), axis);
    }

    public static GraphValue OneHot(ConversionContext context)
    {
        var classes = context.Size("num_classes", -1);
        if (classes == -1)
        {
            throw context.Refuse(
                "without num_classes, the number of classes depends on the values of the input", "Pass num_classes");
        }
        return context.Add(
            "OneHot", [context.Tensor("x"), context.Sizes([classes]), context.Constant([0L, 1L])],
            new OnnxAttribute("axis", -1));
    }

    public static GraphValue Bucketize(ConversionContext context) =>
        CountBelow(context, context.Tensor("boundaries"), context.Tensor("this"));

    public static GraphValue SearchSorted(ConversionContext context)
    {
        var sorted = context.Tensor("sorted_sequence");
        return context.IsTensor("values")
            ? CountBelow(
                context, sorted.Shape!.Count == 1 ? sorted : context.Unsqueeze(sorted, -2), context.Tensor("values"))
            : CountBelow(context, sorted, context.Operand("values", context.InputType));
    }

    /// <summary>Returns the argument "index" as a vector. torch also accepts a scalar tensor.</summary>
    public static GraphValue IndexVector(ConversionContext context)
    {
        var index = context.Tensor("index");
        return index.Shape!.Count == 0 ? context.Unsqueeze(index, 0) : index;
    }

    private static GraphValue Flat(ConversionContext context) =>
        context.Reshape(context.Tensor("this"), context.InputShape, [Axes.Count(context.InputShape)]);

    private static GraphValue GatherElements(
        ConversionContext context, GraphValue value, GraphValue indices, int axis) =>
        context.Add("GatherElements", [value, indices], new OnnxAttribute("axis", axis));

    // The index into a sorted sequence is the number of elements before it.
    private static GraphValue CountBelow(ConversionContext context, GraphValue sorted, GraphValue values)
    {
        context.Accept("outInt32", "out_int32");
        var before = context.Add(
            context.Flag("right") ? "LessOrEqual" : "Less",
            [sorted, context.Unsqueeze(values, -1)]);
        return context.Reduce("ReduceSum", context.Cast(before, context.OutputType), [-1]);
    }
}
