using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for cumulative sums, products, extrema and log-sum-exps, and for differences.</summary>
internal static class CumulativeConverters
{
    public static GraphValue CumSum(ConversionContext context)
    {
        context.Accept("type");
        return Elementwise.Calculate(context, type => context.Add(
            "CumSum", [context.Cast(context.Input, type), context.Constant(context.Integer("dim"), ScalarType.Int64)]));
    }

    public static GraphValue CumProd(ConversionContext context) => ReducePrefixes(
        context, type => context.Constant(1, type), (rows, axis, _) => context.Reduce("ReduceProd", rows, [axis]));

    public static GraphValue LogCumSumExp(ConversionContext context) => ReducePrefixes(
        context, type => context.Constant(double.NegativeInfinity, type), (rows, axis, type) =>
            ReductionConverters.LogSumExp(context, rows, [axis], keep: false, type));

    /// <summary>
    /// Writes <c>cummax</c> or <c>cummin</c>. For equal elements, the index of the last one is returned.
    /// </summary>
    public static IReadOnlyList<GraphValue> CumulativeExtremum(ConversionContext context, bool largest)
    {
        int rank = context.InputShape.Count, axis = rank == 0 ? 0 : context.Axis(context.Integer("dim"));
        if (rank == 0) return [context.Input, context.Constant(0, ScalarType.Int64)];
        GraphValue? indices = null;
        var values = Elementwise.Calculate(context, type =>
        {
            var value = context.Cast(context.Input, type);
            var (columns, isInPrefix) = (context.Unsqueeze(value, axis), IsInPrefix(context, axis));
            // Each element also fills the places after it.
            var rows = context.Add("Where", [isInPrefix, columns, context.Unsqueeze(value, axis + 1)]);
            var extremum = context.Reduce(largest ? "ReduceMax" : "ReduceMin", rows, [axis + 1], keep: true);
            var isExtremum = context.Add("And", [isInPrefix, context.Add("Equal", [columns, extremum])]);
            var places = context.Unsqueeze(
                context.Range(context.InputShape[axis]), Axes.Range(1, rank - axis - 1));
            var candidates = context.Add(
                "Where", [isExtremum, places, context.Constant(-1, ScalarType.Int64)]);
            indices = context.Reduce("ReduceMax", candidates, [axis + 1]);
            return context.Squeeze(extremum, axis + 1);
        });
        return [values, indices!];
    }

    public static GraphValue Difference(ConversionContext context)
    {
        int axis = context.Axis(context.Integer("dim", -1));
        bool isFlag = context.OutputType == ScalarType.Bool;
        var type = isFlag ? ScalarType.Bool : Elementwise.Wide(context.OutputType);
        var value = context.Concat(
            [.. from parameter in (string[])["prepend", "this", "append"]
                where context.Given(parameter)
                select context.Operand(parameter, type)],
            axis);
        var result = context.Add(
            isFlag ? "Xor" : "Sub", [context.Slice(value, axis, 1), context.Slice(value, axis, 0, -1)]);
        return context.Cast(result, context.OutputType);
    }

    // ONNX has only CumSum. This copies the whole axis for each element, replaces everything after the element with the
    // neutral element, and reduces each copy.
    private static GraphValue ReducePrefixes(
        ConversionContext context, Func<ScalarType, GraphValue> neutral,
        Func<GraphValue, int, ScalarType, GraphValue> reduce)
    {
        context.Accept("type");
        int axis = context.Axis(context.Integer("dim"));
        return Elementwise.Calculate(context, type =>
        {
            var columns = context.Unsqueeze(context.Cast(context.Input, type), axis);
            var prefixes = context.Add("Where", [IsInPrefix(context, axis), columns, neutral(type)]);
            return reduce(prefixes, axis + 1, type);
        });
    }

    // Returns flags of shape [size, size, 1, …] for the elements of an axis that are at or before each element.
    private static GraphValue IsInPrefix(ConversionContext context, int axis)
    {
        var size = context.InputShape[axis];
        var flags = TriangleConverters.CompareRowsWithColumns(context, "GreaterOrEqual", size, size, 0);
        return context.Unsqueeze(flags, Axes.Range(2, context.InputShape.Count - axis - 1));
    }
}
