namespace TorchOnnx.Operators;

/// <summary>Converters that repeat elements along axes.</summary>
internal static class ExpandConverters
{
    // The recorded result has the shape that these arguments request.
    public static GraphValue Expand(ConversionContext context)
    {
        context.Accept("sizes", "shape", "isImplicit");
        return context.Expand(context.Tensor("this"), context.InputShape, context.OutputShape);
    }

    public static IReadOnlyList<GraphValue> BroadcastTensors(ConversionContext context) =>
        [.. context.Tensors("tensors").Zip(
            context.OutputShapes, (value, shape) => context.Expand(value, value.Shape!, shape))];

    public static GraphValue Tile(ConversionContext context, string parameter)
    {
        var repeats = context.SizeList(parameter);
        int added = repeats.Count - context.InputShape.Count;
        var value = context.Unsqueeze(context.Tensor("this"), Axes.Range(0, added));
        IEnumerable<Dimension> ones = Enumerable.Repeat((Dimension)1, Math.Max(-added, 0));
        return context.Add("Tile", [value, context.Sizes([.. ones, .. repeats])]);
    }

    public static GraphValue RepeatInterleave(ConversionContext context)
    {
        if (context.IsTensor("repeats"))
        {
            throw context.Refuse(
                "the repeats are in a tensor, so the shape of the result depends on its values",
                "Pass one number of repeats for all elements");
        }
        context.Accept("output_size");
        var (value, shape, repeats) = (context.Tensor("this"), context.InputShape, context.Size("repeats"));
        int axis = 0;
        if (context.Given("dim"))
        {
            axis = context.Axis(context.Integer("dim"));
        }
        else
        {
            Dimension[] flat = [Axes.Count(shape)];
            (value, shape) = (context.Reshape(value, shape, flat), flat);
        }
        Dimension[] single = [.. shape.Take(axis + 1), 1, .. shape.Skip(axis + 1)];
        Dimension[] repeated = [.. shape.Take(axis + 1), repeats, .. shape.Skip(axis + 1)];
        var expanded = context.Expand(context.Unsqueeze(value, axis + 1), single, repeated);
        return context.Reshape(expanded, repeated, context.OutputShape);
    }

    public static IReadOnlyList<GraphValue> Meshgrid(ConversionContext context)
    {
        var shape = context.OutputShape;
        bool swapped = (string?)context.Argument("indexing") == "xy" && shape.Count > 1;
        return [.. context.Tensors("tensors").Select((value, index) =>
        {
            int axis = swapped && index < 2 ? 1 - index : index;
            Dimension[] from = [.. shape.Select((size, place) => place == axis ? size : 1)];
            return context.Expand(context.Reshape(value, value.Shape!, from), from, shape);
        })];
    }
}
