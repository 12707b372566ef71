using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Parts of a tensor: ranges, pieces, windows and diagonals.</summary>
internal static class SliceConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "narrow", Narrow)
        .AddMethod(typeof(Tensor), "slice", context => context.Slice(
            context.Tensor("this"), Axis(context), context.Size("start"), context.Size("finish"), context.Integer("step")))
        .AddMethod(typeof(Tensor), "select", context => context.Gather(
            context.Tensor("this"), context.Scalar(context.Size("index")), Axis(context)))
        .AddMethod(typeof(Tensor), "unfold", Unfold)
        .AddMethod(typeof(Tensor), "diagonal", context => Diagonal(
            context, context.Tensor("this"), context.InputShape, context.Size("offset", 0),
            context.Axis(context.Integer("dim1", 0)), context.Axis(context.Integer("dim2", 1)), context.OutputShape[^1]))
        .AddMultipleMethod(typeof(Tensor), "unbind", Unbind)
        .AddMultipleMethod(typeof(Tensor), "split", context => Split(context, Axis(context)))
        .AddMultipleMethod(typeof(Tensor), "chunk", context => Split(context, Axis(context)))
        .AddMultipleMethod(typeof(Tensor), "tensor_split", context => Split(context, Axis(context)))
        .AddMultipleMethod(typeof(Tensor), "vsplit", context => Split(context, 0))
        .AddMultipleMethod(typeof(Tensor), "hsplit", context => Split(context, context.InputShape.Count == 1 ? 0 : 1))
        .AddMultipleMethod(typeof(Tensor), "dsplit", context => Split(context, 2));

    /// <summary>
    /// Windows along an axis of the given length: it becomes the windows, and what is in one of them the axis behind.
    /// </summary>
    public static GraphValue Windows(
        ConversionContext context, GraphValue value, int axis, Dimension length, long size, long step, long dilation = 1)
    {
        var end = context.Scalar(length - dilation * (size - 1));
        var starts = context.Add("Range", [context.Scalar(0), end, context.Scalar(step)]);
        var members = context.Constant([.. Enumerable.Range(0, (int)size).Select(index => index * dilation)]);
        return context.Gather(value, context.Add("Add", [context.Unsqueeze(starts, 1), members]), axis);
    }

    /// <summary>The diagonal of two axes as the last one.</summary>
    public static GraphValue Diagonal(
        ConversionContext context, GraphValue value, IReadOnlyList<Dimension> shape, Dimension offset, int rows, int columns,
        Dimension length)
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

    private static GraphValue Narrow(ConversionContext context)
    {
        int axis = Axis(context);
        var start = context.Size("start");
        if (start.Size < 0) start += context.InputShape[axis];
        return context.Slice(context.Tensor("this"), axis, start, start + context.Size("length"));
    }

    private static GraphValue Unfold(ConversionContext context)
    {
        int axis = context.Axis(context.Integer("dimension")), rank = context.InputShape.Count;
        var windows = Windows(
            context, context.Tensor("this"), axis, context.InputShape[axis], context.Integer("size"),
            context.Integer("step"));
        return context.Permute(windows, [.. Enumerable.Range(0, rank + 1).Where(place => place != axis + 1), axis + 1]);
    }

    private static GraphValue[] Unbind(ConversionContext context)
    {
        int axis = context.Axis(context.Integer("dimension", 0));
        var value = context.Tensor("this");
        return [.. Enumerable.Range(0, context.OutputShapes.Count).Select(
            index => context.Gather(value, context.Scalar(index), axis))];
    }

    // How the pieces were asked for does not matter: their sizes are those that the forward pass gave.
    private static IReadOnlyList<GraphValue> Split(ConversionContext context, int axis)
    {
        foreach (string parameter in (string[])["size", "sizes", "chunks"]) context.Argument(parameter);
        var value = context.Tensor("this");
        Dimension[] sizes = [.. context.OutputShapes.Select(shape => shape[axis])];
        return sizes.Length == 1
            ? [value]
            : context.AddMany("Split", [value, context.Sizes(sizes)], sizes.Length, new OnnxAttribute("axis", axis));
    }
}
