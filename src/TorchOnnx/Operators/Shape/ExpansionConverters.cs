using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Elements repeated along axes.</summary>
internal static class ExpansionConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "expand", ToOutputShape)
        .AddMethod(typeof(Tensor), "broadcast_to", ToOutputShape)
        .AddMethod(typeof(Tensor), "repeat", context => Tile(context, context.SizeList("sizes")))
        .AddMethod(typeof(Tensor), "tile", context => Tile(context, context.SizeList("reps")))
        .AddMethod(typeof(Tensor), "repeat_interleave", RepeatEach)
        .AddMultipleMethod(typeof(torch), "broadcast_tensors", context => [.. context.Tensors("tensors").Zip(
            context.OutputShapes, (value, shape) => context.Expand(value, value.Shape!, shape))])
        .AddMultipleMethod(typeof(torch), "meshgrid", Grid);

    private static GraphValue ToOutputShape(ConversionContext context)
    {
        foreach (string parameter in (string[])["sizes", "shape", "isImplicit"]) context.Argument(parameter);
        return context.Expand(context.Tensor("this"), context.InputShape, context.OutputShape);
    }

    private static GraphValue Tile(ConversionContext context, IReadOnlyList<Dimension> repeats)
    {
        int added = repeats.Count - context.InputShape.Count;
        var value = context.Unsqueeze(context.Tensor("this"), Axes.From(0, added));
        IEnumerable<Dimension> ones = Enumerable.Repeat((Dimension)1, Math.Max(-added, 0));
        return context.Add("Tile", [value, context.Sizes([.. ones, .. repeats])]);
    }

    private static GraphValue RepeatEach(ConversionContext context)
    {
        if (context.IsTensor("repeats"))
            throw context.Refuse(
                "how often each element is repeated is in a tensor, so the shape of the result depends on its elements",
                "Give one number of repeats for all");
        context.Argument("output_size");
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

    private static GraphValue[] Grid(ConversionContext context)
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
