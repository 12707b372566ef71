namespace TorchOnnx.Operators;

/// <summary>Converters that overwrite or add to elements chosen by index tensors, slices or diagonals.</summary>
internal static class ScatterConverters
{
    private const int FirstOpsetThatAdds = 16;

    public static GraphValue Scatter(ConversionContext context, bool add)
    {
        var (indices, source) = (context.Tensor("index"), context.Tensor("src"));
        // torch reads only the part of the source that the indices cover.
        var updates = source.Shape!.Index().Where(size => size.Item != indices.Shape![size.Index]).Aggregate(
            source, (value, size) => context.Slice(value, size.Index, 0, indices.Shape![size.Index]));
        return ScatterElements(context, indices, updates, Axis(context), add);
    }

    public static GraphValue IndexAdd(ConversionContext context)
    {
        var source = context.Tensor("source");
        if (context.Number("alpha", 1) != 1)
        {
            source = context.Add("Mul", [source, context.Operand("alpha", context.InputType)]);
        }
        return ScatterSlices(context, source, add: true);
    }

    public static GraphValue IndexCopy(ConversionContext context) =>
        ScatterSlices(context, context.Tensor("source"), add: false);

    public static GraphValue IndexFill(ConversionContext context) =>
        ScatterSlices(context, context.Operand("value", context.InputType), add: false);

    public static GraphValue SelectScatter(ConversionContext context) => Replace(context, positions =>
        context.Gather(positions, context.Scalar(context.Size("index")), Axis(context)));

    public static GraphValue SliceScatter(ConversionContext context) => Replace(context, positions => context.Slice(
        positions, Axis(context), context.Size("start", 0), context.Size("end", long.MaxValue),
        context.Integer("step", 1)));

    public static GraphValue DiagonalScatter(ConversionContext context) => Replace(context, positions =>
        SliceConverters.Diagonal(
            context, positions, context.InputShape, context.Size("offset", 0), context.Axis(context.Integer("dim1", 0)),
            context.Axis(context.Integer("dim2", 1)), context.Tensor("src").Shape![^1]));

    /// <summary>
    /// Writes updates to the elements or slices that a mask selects. One update broadcasts to all of them.
    /// </summary>
    public static GraphValue ScatterMasked(
        ConversionContext context, GraphValue target, GraphValue mask, GraphValue updates)
    {
        var indices = SelectionByValueConverters.Positions(context, mask);
        var count = context.Slice(context.Add("Shape", indices), 0, 0, 1);
        var slice = context.Slice(context.Add("Shape", target), 0, mask.Shape!.Count);
        var shape = context.Concat([count, slice], 0);
        return context.Add("ScatterND", [target, indices, context.Add("Expand", [updates, shape])]);
    }

    /// <summary>Writes the row-major position of each element of a tensor, in the tensor's shape.</summary>
    public static GraphValue Positions(ConversionContext context) => Positions(context, context.Tensor("this"));

    /// <summary>Writes new values of the elements at some positions of a tensor.</summary>
    public static GraphValue WriteThrough(ConversionContext context) => Overwrite(
        context, context.Tensor("this"), context.Tensor("positions"), context.Tensor("value"), add: false);

    /// <summary>Returns the row-major position of each element of a value, in the value's shape.</summary>
    public static GraphValue Positions(ConversionContext context, GraphValue value)
    {
        var all = context.Add("Range", [context.Scalar(0), context.Add("Size", value), context.Scalar(1)]);
        return context.Add("Reshape", [all, context.Add("Shape", value)]);
    }

    /// <summary>Writes updates to the given positions, which have the same shape as the updates.</summary>
    public static GraphValue Overwrite(
        ConversionContext context, GraphValue target, GraphValue positions, GraphValue updates, bool add)
    {
        var flat = context.Add("Reshape", [target, context.Constant([-1L])]);
        var written = context.Add(
            "ScatterND", [flat, context.Unsqueeze(positions, -1), updates], Reduction(context, add));
        return context.Add("Reshape", [written, context.Add("Shape", target)]);
    }

    private static int Axis(ConversionContext context) => context.Axis(context.Integer("dim", 0));

    private static OnnxAttribute[] Reduction(ConversionContext context, bool add)
    {
        if (!add) return [];
        context.RequireOpset(FirstOpsetThatAdds, "Scatter with reduction");
        return [new("reduction", "add")];
    }

    private static GraphValue ScatterElements(
        ConversionContext context, GraphValue indices, GraphValue updates, int axis, bool add) =>
        context.Add(
            "ScatterElements", [context.Tensor("this"), indices, updates],
            [new("axis", axis), .. Reduction(context, add)]);

    // Each index addresses a slice across the axis.
    private static GraphValue ScatterSlices(ConversionContext context, GraphValue updates, bool add)
    {
        int axis = Axis(context);
        var index = GatherConverters.IndexVector(context);
        Dimension[] across = [.. context.InputShape.Select(_ => (Dimension)1)], slices = [.. context.InputShape];
        across[axis] = slices[axis] = index.Shape is [var count] ? count : 1;
        var shape = context.Sizes(slices);
        var indices = context.Add("Expand", [context.Reshape(index, [across[axis]], across), shape]);
        return ScatterElements(context, indices, context.Add("Expand", [updates, shape]), axis, add);
    }

    private static GraphValue Replace(ConversionContext context, Func<GraphValue, GraphValue> select)
    {
        var target = context.Tensor("this");
        return Overwrite(context, target, select(Positions(context, target)), context.Tensor("src"), add: false);
    }
}
