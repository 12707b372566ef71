using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Elements taken by tensors of indices.</summary>
internal static class GatherConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "index_select", context => context.Gather(
            context.Tensor("this"), Vector(context, "index"), context.Axis(context.Integer("dim"))))
        .AddMethod(typeof(Tensor), "gather", context => GatherElements(
            context, context.Tensor("this"), context.Tensor("index"), context.Axis(context.Integer("dim"))))
        .AddMethod(typeof(Tensor), "take", context => context.Gather(Flat(context), context.Tensor("index"), 0))
        .AddMethod(typeof(Tensor), "take_along_dim", TakeAlong);

    /// <summary>A tensor of indices as a vector, which one without dimensions is too.</summary>
    public static GraphValue Vector(ConversionContext context, string parameter)
    {
        var index = context.Tensor(parameter);
        return index.Shape!.Count == 0 ? context.Unsqueeze(index, 0) : index;
    }

    private static GraphValue Flat(ConversionContext context) =>
        context.Reshape(context.Tensor("this"), context.InputShape, [Axes.Count(context.InputShape)]);

    private static GraphValue GatherElements(ConversionContext context, GraphValue value, GraphValue indices, int axis) =>
        context.Add("GatherElements", [value, indices], new OnnxAttribute("axis", axis));

    // All other dimensions are broadcast.
    private static GraphValue TakeAlong(ConversionContext context)
    {
        var indices = context.Tensor("indices");
        if (!context.Given("dim"))
            return context.Gather(
                Flat(context), context.Reshape(indices, indices.Shape!, [Axes.Count(indices.Shape!)]), 0);
        int axis = context.Axis(context.Integer("dim"));
        Dimension[] values = [.. context.OutputShape];
        values[axis] = context.InputShape[axis];
        return GatherElements(
            context, context.Expand(context.Tensor("this"), context.InputShape, values),
            context.Expand(indices, indices.Shape!, context.OutputShape), axis);
    }
}
