namespace TorchOnnx.Operators;

/// <summary>Converters that reorder axes, and reverse or roll the elements along them.</summary>
internal static class PermuteConverters
{
    public static GraphValue Permute(ConversionContext context) => context.Permute(
        context.Tensor("this"), [.. context.Integers("permutation").Select(context.Axis)]);

    public static GraphValue Transpose(ConversionContext context) =>
        Transpose(context, context.Integer("dim0"), context.Integer("dim1"));

    public static GraphValue Transpose(ConversionContext context, long first, long second)
    {
        int rank = context.InputShape.Count;
        return rank == 0
            ? context.Tensor("this")
            : context.Swap(context.Tensor("this"), rank, context.Axis(first), context.Axis(second));
    }

    public static GraphValue MoveDim(ConversionContext context)
    {
        int[] from = [.. context.Integers("source").Select(context.Axis)];
        int[] to = [.. context.Integers("destination").Select(context.Axis)];
        var rest = new Queue<int>(Enumerable.Range(0, context.InputShape.Count).Except(from));
        return context.Permute(
            context.Tensor("this"),
            [.. Enumerable.Range(0, context.InputShape.Count).Select(
                axis => Array.IndexOf(to, axis) is >= 0 and var place ? from[place] : rest.Dequeue())]);
    }

    public static GraphValue Flip(ConversionContext context) => Flip(context, context.Integers("dims"));

    public static GraphValue Flip(ConversionContext context, params long[] axes) =>
        axes.Aggregate(context.Tensor("this"), (value, axis) => context.Reverse(value, context.Axis(axis)));

    // A quarter turn is a reflection followed by a transposition.
    public static GraphValue Rot90(ConversionContext context)
    {
        int[] plane = [.. context.Integers("dims", [0, 1]).Select(context.Axis)];
        var value = context.Tensor("this");
        long turns = (context.Integer("k", 1) % 4 + 4) % 4;
        if (turns == 0) return value;
        if (turns == 2) return context.Reverse(context.Reverse(value, plane[0]), plane[1]);
        var reflected = context.Reverse(value, turns == 1 ? plane[1] : plane[0]);
        return context.Swap(reflected, context.InputShape.Count, plane[0], plane[1]);
    }

    public static GraphValue Roll(ConversionContext context)
    {
        var (value, shape) = (context.Tensor("this"), context.InputShape);
        var shifts = context.SizeList("shifts");
        long[] dims = context.Integers("dims", []);
        if (dims.Length > 0)
        {
            return dims.Zip(shifts).Aggregate(value, (rolled, move) =>
                Roll(context, rolled, context.Axis(move.First), shape[context.Axis(move.First)], move.Second));
        }
        var flat = Roll(context, context.Reshape(value, shape, [Axes.Count(shape)]), 0, Axes.Count(shape), shifts[0]);
        return context.Reshape(flat, [Axes.Count(shape)], shape);
    }

    /// <summary>Moves the elements of an axis by a number of places, the last ones to the front.</summary>
    public static GraphValue Roll(
        ConversionContext context, GraphValue value, int axis, Dimension size, Dimension shift)
    {
        // The new first element is at (size − shift) mod size.
        var cut = size.IsDynamic || shift.IsDynamic
            ? context.Add(
                "Mod", [context.Add("Sub", [context.Sizes([size]), context.Sizes([shift])]), context.Sizes([size])])
            : context.Constant([((-shift.Size % size.Size) + size.Size) % size.Size]);
        var axes = context.Constant([axis]);
        return context.Concat(
            [
                context.Add("Slice", [value, cut, context.Constant([long.MaxValue]), axes]),
                context.Add("Slice", [value, context.Constant([0L]), cut, axes]),
            ],
            axis);
    }
}
