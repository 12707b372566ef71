using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>What reductions share: which dimensions, and how each opset takes them.</summary>
internal static class Reduction
{
    private const int FirstWithAxesAsInput = 18;

    /// <summary>The dimensions to reduce, by any of the names that overloads give them; empty for all.</summary>
    public static long[] Axes(ConversionContext context)
    {
        string[] names = ["dim", "dims", "dimensions", "dim0", "dim1", "dim2"];
        long[] axes = [.. names.SelectMany(name => context.Integers(name, []))];
        return context.InputShape.Count == 0 ? [] : axes;
    }

    /// <summary>Reduces the given dimensions, or all where there are none.</summary>
    public static GraphValue Apply(ConversionContext context, string opType, GraphValue value, long[] axes, bool keep)
    {
        var kept = new OnnxAttribute("keepdims", keep ? 1 : 0);
        if (axes.Length == 0) return context.Add(opType, value, kept);
        return opType == "ReduceSum" || context.Opset >= FirstWithAxesAsInput
            ? context.Add(opType, [value, context.Constant(axes)], kept)
            : context.Add(opType, value, kept, new OnnxAttribute("axes", axes));
    }

    /// <summary>Reduces by one operator in the type of the result.</summary>
    public static GraphValue Of(ConversionContext context, string opType)
    {
        // TorchSharp has converted to it before: the type of the result is this one.
        context.TypeOrNull("type");
        return Of(context, (value, axes, keep, _) => Apply(context, opType, value, axes, keep));
    }

    /// <summary>Reduces in the type of the result.</summary>
    public static GraphValue Of(ConversionContext context, Func<GraphValue, long[], bool, ScalarType, GraphValue> reduce) =>
        Elementwise.Calculate(context, type =>
            reduce(context.Cast(context.Input, type), Axes(context), context.Flag("keepdim"), type));

    /// <summary>How many elements are reduced to one.</summary>
    public static Dimension Count(ConversionContext context, long[] axes) =>
        (axes.Length == 0 ? context.InputShape : axes.Select(axis => context.InputShape[context.Axis(axis)]))
            .Aggregate((Dimension)1, (product, size) => product * size);
}
