namespace TorchOnnx.Operators;

/// <summary>Converters that give the same elements another shape.</summary>
internal static class ReshapeConverters
{
    // The recorded result has the shape that these arguments request.
    public static GraphValue Reshape(ConversionContext context)
    {
        context.Accept("shape", "start_dim", "end_dim", "dim", "sizes");
        return context.Reshape(context.Input, context.InputShape, context.OutputShape);
    }

    public static GraphValue Squeeze(ConversionContext context)
    {
        var shape = context.InputShape;
        int[] axes = context.Given("dim")
            ? [context.Axis(context.Integer("dim"))]
            : [.. Enumerable.Range(0, shape.Count)];
        if (axes.Any(axis => axis < shape.Count && shape[axis].IsDynamic))
        {
            throw context.Refuse(
                "it squeezes a dynamic dimension, which disappears only at size 1",
                "Name the dimension to squeeze, or make the dynamic one static");
        }
        var single = axes.Where(axis => axis < shape.Count && shape[axis] == 1);
        return context.Squeeze(context.Tensor("this"), [.. single.Select(axis => (long)axis)]);
    }

    public static GraphValue Unsqueeze(ConversionContext context) => context.Unsqueeze(
        context.Tensor("this"), Axes.FromFront(context.Integer("dim"), context.OutputShape.Count));
}
