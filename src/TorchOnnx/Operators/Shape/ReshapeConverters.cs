using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>The same elements in the same order under another shape.</summary>
internal static class ReshapeConverters
{
    // The shape is that which the forward pass gave, so how it was asked for does not matter.
    private static readonly string[] Asked = ["shape", "start_dim", "end_dim", "dim", "sizes"];

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "view", ToOutputShape)
        .AddMethod(typeof(Tensor), "reshape", ToOutputShape)
        .AddMethod(typeof(Tensor), "flatten", ToOutputShape)
        .AddMethod(typeof(Tensor), "ravel", ToOutputShape)
        .AddMethod(typeof(Tensor), "unflatten", ToOutputShape)
        .AddMethod(typeof(Tensor), "atleast_1d", ToOutputShape)
        .AddMethod(typeof(Tensor), "atleast_2d", ToOutputShape)
        .AddMethod(typeof(Tensor), "atleast_3d", ToOutputShape)
        .AddMethod(typeof(Tensor), "squeeze", Squeeze)
        .AddMethod(typeof(Tensor), "unsqueeze", context => context.Unsqueeze(
            context.Tensor("this"), Axes.FromFront(context.Integer("dim"), context.OutputShape.Count)));

    private static GraphValue ToOutputShape(ConversionContext context)
    {
        foreach (string parameter in Asked) context.Argument(parameter);
        return context.Reshape(context.Tensor("this"), context.InputShape, context.OutputShape);
    }

    private static GraphValue Squeeze(ConversionContext context)
    {
        var shape = context.InputShape;
        int[] axes = context.Given("dim") ? [context.Axis(context.Integer("dim"))] : [.. Enumerable.Range(0, shape.Count)];
        if (axes.Any(axis => axis < shape.Count && shape[axis].IsDynamic))
            throw context.Refuse(
                "it squeezes a dynamic dimension, which would go away at a size of 1",
                "Name the dimension to be squeezed, or make that dimension static");
        var single = axes.Where(axis => axis < shape.Count && shape[axis] == 1);
        return context.Squeeze(context.Tensor("this"), [.. single.Select(axis => (long)axis)]);
    }
}
