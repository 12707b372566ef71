using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Adds the nodes that many converters share.</summary>
internal static class NodeExtensions
{
    /// <summary>
    /// Marks arguments as read that need no node, because the recorded result shows their effect. For example, the
    /// sizes of a reshape are the shape of its result.
    /// </summary>
    public static void Accept(this ConversionContext context, params string[] parameters)
    {
        foreach (string parameter in parameters) context.Argument(parameter);
    }

    /// <summary>Refuses the call if the opset has no <paramref name="opType"/> yet.</summary>
    public static void RequireOpset(this ConversionContext context, int first, string opType)
    {
        if (context.Opset < first)
        {
            throw context.Refuse(
                $"it needs ONNX's {opType}, which opset {context.Opset} does not have",
                $"Export with Opset = {first} or later");
        }
    }

    /// <summary>Adds a parameter of the module; returns <see langword="null"/> if the module has none.</summary>
    public static GraphValue? ParameterOrNull(this ConversionContext context, Tensor? parameter) =>
        parameter is null ? null : context.Parameter(parameter);

    /// <summary>Reorders the axes.</summary>
    public static GraphValue Permute(this ConversionContext context, GraphValue value, IReadOnlyList<int> order) =>
        order.Index().All(axis => axis.Index == axis.Item)
            ? value
            : context.Add("Transpose", value, new OnnxAttribute("perm", order.Select(axis => (long)axis)));

    /// <summary>Exchanges two axes.</summary>
    public static GraphValue Swap(this ConversionContext context, GraphValue value, int rank, int first, int second) =>
        context.Permute(
            value,
            [.. Enumerable.Range(0, rank).Select(axis => axis == first ? second : axis == second ? first : axis)]);

    /// <summary>Removes axes of size 1.</summary>
    public static GraphValue Squeeze(this ConversionContext context, GraphValue value, params long[] axes) =>
        axes.Length == 0 ? value : context.Add("Squeeze", [value, context.Constant(axes)]);

    /// <summary>Inserts axes of size 1 at the positions <paramref name="axes"/> of the result.</summary>
    public static GraphValue Unsqueeze(this ConversionContext context, GraphValue value, params long[] axes) =>
        axes.Length == 0 ? value : context.Add("Unsqueeze", [value, context.Constant(axes)]);

    /// <summary>
    /// Slices an axis from <paramref name="start"/> up to, but not including, <paramref name="stop"/>;
    /// <see langword="null"/> slices to the end.
    /// </summary>
    public static GraphValue Slice(
        this ConversionContext context, GraphValue value, int axis, Dimension start, Dimension? stop = null,
        long step = 1) =>
        context.Add(
            "Slice",
            [
                value, context.Sizes([start]), context.Sizes([stop ?? (step > 0 ? long.MaxValue : long.MinValue)]),
                context.Constant([axis]), context.Constant([step]),
            ]);

    /// <summary>Reverses an axis.</summary>
    public static GraphValue Reverse(this ConversionContext context, GraphValue value, int axis) =>
        context.Slice(value, axis, -1, step: -1);

    /// <summary>Concatenates along an axis; a single value is returned as it is.</summary>
    public static GraphValue Concat(this ConversionContext context, IReadOnlyList<GraphValue> values, int axis) =>
        values.Count == 1 ? values[0] : context.Add("Concat", [.. values], new OnnxAttribute("axis", axis));

    /// <summary>Gathers along an axis; the axes of <paramref name="indices"/> replace it.</summary>
    public static GraphValue Gather(this ConversionContext context, GraphValue value, GraphValue indices, int axis) =>
        context.Add("Gather", [value, indices], new OnnxAttribute("axis", axis));

    /// <summary>Broadcasts from one shape to another. Equal dimensions may stay dynamic.</summary>
    public static GraphValue Expand(
        this ConversionContext context, GraphValue value, IReadOnlyList<Dimension> from, IReadOnlyList<Dimension> to)
    {
        int added = to.Count - from.Count;
        Dimension[] shape = [.. to.Select((size, axis) => axis >= added && from[axis - added] == size ? 1 : size)];
        return added == 0 && shape.All(size => size == 1)
            ? value
            : context.Add("Expand", [value, context.Sizes(shape)]);
    }

    /// <summary>Returns a size as a scalar value of shape [].</summary>
    public static GraphValue Scalar(this ConversionContext context, Dimension size, ScalarType type = ScalarType.Int64)
    {
        if (!size.IsDynamic) return context.Constant(size.Size, type);
        var scalar = context.Squeeze(context.Sizes([size]), 0);
        return type == ScalarType.Int64 ? scalar : context.Cast(scalar, type);
    }

    /// <summary>Returns the int64 numbers from 0 up to, but not including, <paramref name="count"/>.</summary>
    public static GraphValue Range(this ConversionContext context, Dimension count) => count.IsDynamic
        ? context.Add("Range", [context.Scalar(0), context.Scalar(count), context.Scalar(1)])
        : context.Constant([.. Enumerable.Range(0, (int)count.Size).Select(index => (long)index)]);

    /// <summary>Selects between two values of a type. ONNX Runtime has no Where for booleans.</summary>
    public static GraphValue Where(
        this ConversionContext context, GraphValue condition, GraphValue value, GraphValue other, ScalarType type) =>
        type == ScalarType.Bool
            ? context.Add(
                "Or",
                [context.Add("And", [condition, value]), context.Add("And", [context.Add("Not", condition), other])])
            : context.Add("Where", [condition, value, other]);

    /// <summary>
    /// Reduces <paramref name="axes"/>, or all axes if the list is empty. ReduceSum takes the axes as an input since
    /// opset 13, the other reductions since opset 18.
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
