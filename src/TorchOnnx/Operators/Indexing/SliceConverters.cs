namespace TorchOnnx.Operators;

/// <summary>Converters for parts of a tensor: slices, splits, windows and diagonals.</summary>
internal static class SliceConverters
{
    public static GraphValue Slice(ConversionContext context) => context.Slice(
        context.Tensor("this"), Axis(context), context.Size("start"), context.Size("finish"), context.Integer("step"));

    public static GraphValue Select(ConversionContext context) => context.Gather(
        context.Tensor("this"), context.Scalar(context.Size("index")), Axis(context));

    public static GraphValue Narrow(ConversionContext context)
    {
        int axis = Axis(context);
        var start = context.Size("start");
        if (start.Size < 0) start += context.InputShape[axis];
        return context.Slice(context.Tensor("this"), axis, start, start + context.Size("length"));
    }

    public static GraphValue Unfold(ConversionContext context)
    {
        int axis = context.Axis(context.Integer("dimension")), rank = context.InputShape.Count;
        var windows = Windows(
            context, context.Tensor("this"), axis, context.InputShape[axis], context.Integer("size"),
            context.Integer("step"));
        return context.Permute(windows, [.. Enumerable.Range(0, rank + 1).Where(place => place != axis + 1), axis + 1]);
    }

    public static GraphValue Diagonal(ConversionContext context) => Diagonal(
        context, context.Tensor("this"), context.InputShape, context.Size("offset", 0),
        context.Axis(context.Integer("dim1", 0)), context.Axis(context.Integer("dim2", 1)), context.OutputShape[^1]);

    public static IReadOnlyList<GraphValue> Unbind(ConversionContext context)
    {
        int axis = context.Axis(context.Integer("dimension", 0));
        var value = context.Tensor("this");
        return [.. Enumerable.Range(0, context.OutputShapes.Count).Select(
            index => context.Gather(value, context.Scalar(index), axis))];
    }

    public static IReadOnlyList<GraphValue> Split(ConversionContext context) => Split(context, Axis(context));

    // The recorded results have the requested sizes.
    public static IReadOnlyList<GraphValue> Split(ConversionContext context, int axis)
    {
        context.Accept("size", "sizes", "chunks");
        var value = context.Tensor("this");
        Dimension[] sizes = [.. context.OutputShapes.Select(shape => shape[axis])];
        return sizes.Length == 1
            ? [value]
            : context.AddMany("Split", [value, context.Sizes(sizes)], sizes.Length, new OnnxAttribute("axis", axis));
    }

    /// <summary>
    /// Replaces an axis with two axes: the windows along it, and the elements of each window.
    /// </summary>
    public static GraphValue Windows(
        ConversionContext context, GraphValue value, int axis, Dimension length, long size, long step,
        long dilation = 1)
    {
        var end = context.Scalar(length - dilation * (size - 1));
        var starts = context.Add("Range", [context.Scalar(0), end, context.Scalar(step)]);
        var members = context.Constant([.. Enumerable.Range(0, (int)size).Select(index => index * dilation)]);
        return context.Gather(value, context.Add("Add", [context.Unsqueeze(starts, 1), members]), axis);
    }

    /// <summary>Returns the diagonal of two axes as the last axis.</summary>
    public static GraphValue Diagonal(
        ConversionContext context, GraphValue value, IReadOnlyList<Dimension> shape, Dimension offset, int rows,
        int columns, Dimension length)
    {
        int[] others = [.. Enumerable.Range(0, shape.Count).Where(axis => axis != rows && axis != columns)];
        Dimension[] front = [.. others.Select(axis => shape[axis])];
        var (height, width) = (shape[rows], shape[columns]);
        var flat = context.Reshape(
            context.Permute(value, [.. others, rows, columns]), [.. front, height, width], [.. front, height * width]);
        var first = context.Scalar(offset.Size >= 0 ? offset : (0 - offset) * width);
        var steps = context.Add("Mul", [context.Range(length), context.Scalar(width + 1)]);
        return context.Gather(flat, context.Add("Add", [steps, first]), front.Length);
    }

    private static int Axis(ConversionContext context) => context.Axis(context.Integer("dim", 0));
}
