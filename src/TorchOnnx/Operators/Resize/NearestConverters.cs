using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for nearest-neighbor resampling.</summary>
/// <remarks>
/// libtorch multiplies each position by the ratio of the sizes, rounded to the precision of the elements. Runtimes
/// divide it by the rounded inverse. If the ratio isn't a whole number, the results may lie on different sides of an
/// integer, so the graph gathers the elements that libtorch selects.
/// </remarks>
internal static class NearestConverters
{
    // The number of positions that are checked if the size is open.
    private const int MostPositions = 1 << 16;

    // libtorch uses its kernel for small images if the sum of the result's sides is at most this.
    private const int MostSmallSides = 128;

    /// <summary>
    /// Gathers the elements that libtorch selects, or returns <see langword="null"/> if ONNX's Resize selects the same.
    /// </summary>
    /// <param name="context">The call to convert.</param>
    /// <param name="factors">The factor of each spatial dimension; empty to use the ratio of the sizes.</param>
    /// <param name="exact">
    /// Indicates whether positions are the centers of the elements instead of their corners.
    /// </param>
    public static GraphValue? Gather(ConversionContext context, double[] factors, bool exact)
    {
        var axes = Enumerable.Range(2, context.InputShape.Count - 2)
            .Select(axis => (Axis: axis, Factor: factors.Length == 0 ? (double?)null : factors[axis - 2])).ToList();
        return axes.All(axis => IsWhole(
            context.InputShape[axis.Axis], context.OutputShape[axis.Axis], axis.Factor, exact))
            ? null
            : axes.Aggregate(context.Input, (value, axis) =>
                context.Gather(value, Indices(context, axis.Axis, factors, exact), axis.Axis));
    }

    // Indicates whether the ratio is a whole number whose rounding doesn't change an index.
    private static bool IsWhole(Dimension from, Dimension to, double? factor, bool exact)
    {
        long ratio = to.Size / from.Size;
        if (ratio == 0 || to != from * ratio || (factor is { } given && given != ratio)) return false;
        float step = factor is null ? from.Size / (float)to.Size : (float)(1 / factor.Value);
        float shift = exact ? 0.5f : 0;
        return Enumerable.Range(0, to.IsDynamic ? MostPositions : (int)to.Size)
            .All(position => (long)MathF.Floor((position + shift) * step) == position / ratio);
    }

    private static GraphValue Indices(ConversionContext context, int axis, double[] factors, bool exact)
    {
        var type = context.InputType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        GraphValue from = context.Scalar(context.InputShape[axis]), to = ResizeConverters.Size(context, axis, factors);
        var step = factors.Length > 0 ? context.Constant(1 / factors[axis - 2], type) : Ratio();
        if (factors.Length > 0 && !exact && context.InputShape.Count == 4)
        {
            step = context.Add("Where", [IgnoresFactor(context, from, to, factors), Ratio(), step]);
        }
        var positions = context.Cast(context.Add("Range", [context.Scalar(0), to, context.Scalar(1)]), type);
        if (exact) positions = context.Add("Add", [positions, context.Constant(0.5, type)]);
        // libtorch converts positions to float32 before it rounds them down.
        var index = Floor(context, context.Cast(context.Add("Mul", [positions, step]), ScalarType.Float32));
        return context.Add("Min", [index, context.Add("Sub", [from, context.Scalar(1)])]);

        GraphValue Ratio() => context.Add("Div", [context.Cast(from, type), context.Cast(to, type)]);
    }

    // In small images, libtorch ignores the factor of a side that keeps or doubles its size.
    private static GraphValue IgnoresFactor(
        ConversionContext context, GraphValue from, GraphValue to, double[] factors)
    {
        var isMultiple = context.Add("Or",
        [
            context.Add("Equal", [to, from]),
            context.Add("Equal", [to, context.Add("Mul", [from, context.Scalar(2)])]),
        ]);
        var sides = context.Add(
            "Add", [ResizeConverters.Size(context, 2, factors), ResizeConverters.Size(context, 3, factors)]);
        return context.Add(
            "And", [isMultiple, context.Add("LessOrEqual", [sides, context.Scalar(MostSmallSides)])]);
    }

    private static GraphValue Floor(ConversionContext context, GraphValue value) =>
        context.Cast(context.Add("Floor", value), ScalarType.Int64);
}
