using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>What reductions share: which dimensions, and in which type.</summary>
internal static class Reduction
{
    /// <summary>The dimensions to reduce, by any of the names that overloads give them; empty for all.</summary>
    public static int[] Dimensions(ConversionContext context)
    {
        string[] names = ["dim", "dims", "dimensions", "dim0", "dim1", "dim2"];
        return context.InputShape.Count == 0
            ? []
            : [.. names.SelectMany(name => context.Integers(name, [])).Select(context.Axis)];
    }

    /// <summary>Reduces by one operator in the type of the result.</summary>
    public static GraphValue Of(ConversionContext context, string opType)
    {
        // TorchSharp has converted to it before: the type of the result is this one.
        context.TypeOrNull("type");
        return Of(context, (value, axes, keep, _) => context.Reduce(opType, value, axes, keep));
    }

    /// <summary>Reduces in the type of the result.</summary>
    public static GraphValue Of(ConversionContext context, Func<GraphValue, int[], bool, ScalarType, GraphValue> reduce) =>
        Elementwise.Calculate(context, type =>
            reduce(context.Cast(context.Input, type), Dimensions(context), context.Flag("keepdim"), type));
}
