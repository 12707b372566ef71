using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Nodes that rearrange, cut and join along axes, which many converters are made of.</summary>
internal static class Axes
{
    /// <summary>An axis counted from the front, where −1 is the last.</summary>
    public static int FromFront(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Axes that follow each other, as ONNX takes them.</summary>
    public static long[] From(int first, int count) =>
        [.. Enumerable.Range(first, Math.Max(count, 0)).Select(axis => (long)axis)];

    /// <summary>Puts the axes into another order.</summary>
    public static GraphValue Permute(this ConversionContext context, GraphValue value, IReadOnlyList<int> order) =>
        order.Index().All(axis => axis.Index == axis.Item)
            ? value
            : context.Add("Transpose", value, new OnnxAttribute("perm", order.Select(axis => (long)axis)));

    /// <summary>Exchanges two axes.</summary>
    public static GraphValue Swap(this ConversionContext context, GraphValue value, int rank, int first, int second) =>
        context.Permute(
            value, [.. Enumerable.Range(0, rank).Select(axis => axis == first ? second : axis == second ? first : axis)]);

    /// <summary>Removes axes of size 1.</summary>
    public static GraphValue Squeeze(this ConversionContext context, GraphValue value, params long[] axes) =>
        axes.Length == 0 ? value : context.Add("Squeeze", [value, context.Constant(axes)]);

    /// <summary>Adds axes of size 1 at these places of the result.</summary>
    public static GraphValue Unsqueeze(this ConversionContext context, GraphValue value, params long[] axes) =>
        axes.Length == 0 ? value : context.Add("Unsqueeze", [value, context.Constant(axes)]);

    /// <summary>The elements of an axis from a start to before a stop, which null leaves at the end.</summary>
    public static GraphValue Slice(
        this ConversionContext context, GraphValue value, int axis, Dimension start, Dimension? stop = null,
        long step = 1) =>
        context.Add(
            "Slice",
            [
                value, context.Sizes([start]), context.Sizes([stop ?? (step > 0 ? long.MaxValue : long.MinValue)]),
                context.Constant([axis]), context.Constant([step]),
            ]);

    /// <summary>Turns an axis round.</summary>
    public static GraphValue Reverse(this ConversionContext context, GraphValue value, int axis) =>
        context.Slice(value, axis, -1, step: -1);

    /// <summary>Joins values along an axis.</summary>
    public static GraphValue Concat(this ConversionContext context, IReadOnlyList<GraphValue> values, int axis) =>
        values.Count == 1 ? values[0] : context.Add("Concat", [.. values], new OnnxAttribute("axis", axis));

    /// <summary>Takes elements of an axis by a value of indices, whose axes take its place.</summary>
    public static GraphValue Gather(this ConversionContext context, GraphValue value, GraphValue indices, int axis) =>
        context.Add("Gather", [value, indices], new OnnxAttribute("axis", axis));

    /// <summary>Repeats along the axes in which two shapes differ; those in which they agree stay as they are.</summary>
    public static GraphValue Expand(
        this ConversionContext context, GraphValue value, IReadOnlyList<Dimension> from, IReadOnlyList<Dimension> to)
    {
        int added = to.Count - from.Count;
        Dimension[] shape = [.. to.Select((size, axis) => axis >= added && from[axis - added] == size ? 1 : size)];
        return added == 0 && shape.All(size => size == 1) ? value : context.Add("Expand", [value, context.Sizes(shape)]);
    }

    /// <summary>The shape to which two are broadcast.</summary>
    public static IReadOnlyList<Dimension> Broadcast(IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right)
    {
        int rank = Math.Max(left.Count, right.Count);
        return [.. Enumerable.Range(0, rank).Select(axis => Size(left, axis) == 1 ? Size(right, axis) : Size(left, axis))];

        Dimension Size(IReadOnlyList<Dimension> shape, int axis) =>
            axis < rank - shape.Count ? 1 : shape[axis - rank + shape.Count];
    }

    /// <summary>A size as an int64 value of shape [].</summary>
    public static GraphValue Scalar(this ConversionContext context, Dimension size) => size.IsDynamic
        ? context.Squeeze(context.Sizes([size]), 0)
        : context.Constant(size.Size, ScalarType.Int64);

    /// <summary>The int64 numbers from 0 to before a count.</summary>
    public static GraphValue Range(this ConversionContext context, Dimension count) => count.IsDynamic
        ? context.Add("Range", [context.Scalar(0), context.Scalar(count), context.Scalar(1)])
        : context.Constant([.. Enumerable.Range(0, (int)count.Size).Select(index => (long)index)]);

    /// <summary>
    /// The one value where flags are set and the other elsewhere; for flags themselves ONNX Runtime has no Where.
    /// </summary>
    public static GraphValue Where(
        this ConversionContext context, GraphValue flags, GraphValue value, GraphValue other, ScalarType type) =>
        type == ScalarType.Bool
            ? context.Add("Or", [context.Add("And", [flags, value]), context.Add("And", [context.Add("Not", flags), other])])
            : context.Add("Where", [flags, value, other]);

    /// <summary>How many elements a shape has.</summary>
    public static Dimension Count(IEnumerable<Dimension> shape) =>
        shape.Aggregate((Dimension)1, (product, size) => product * size);

    /// <summary>
    /// Reduces axes, or all where there are none. Which of the operators take the axes as an input is a matter of the
    /// operator set: the sum since 13, the others since 18.
    /// </summary>
    public static GraphValue Reduce(
        this ConversionContext context, string opType, GraphValue value, IReadOnlyList<int> axes, bool keep = false)
    {
        long[] list = [.. axes.Select(axis => (long)axis)];
        var keepDims = new OnnxAttribute("keepdims", keep ? 1 : 0);
        if (list.Length == 0) return context.Add(opType, value, keepDims);
        return context.Opset >= 18 || opType == "ReduceSum"
            ? context.Add(opType, [value, context.Constant(list)], keepDims)
            : context.Add(opType, value, new OnnxAttribute("axes", list), keepDims);
    }
}
