using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for cumulative sums, products and log-sum-exps.</summary>
internal static class CumulativeConverters
{
    public static GraphValue CumSum(ConversionContext context)
    {
        context.Accept("type");
        return Elementwise.Calculate(context, type => context.Add(
            "CumSum", [context.Cast(context.Input, type), context.Constant(context.Integer("dim"), ScalarType.Int64)]));
    }

    public static GraphValue CumProd(ConversionContext context) => ReducePrefixes(
        context, 1, (rows, axis, _) => context.Reduce("ReduceProd", rows, [axis]));

    public static GraphValue LogCumSumExp(ConversionContext context) => ReducePrefixes(
        context, double.NegativeInfinity, (rows, axis, type) =>
            ReductionConverters.LogSumExp(context, rows, [axis], keep: false, type));

    // ONNX has only CumSum. This copies the whole axis for each element, replaces everything after the element with the
    // neutral number, and reduces each copy.
    private static GraphValue ReducePrefixes(
        ConversionContext context, double neutral, Func<GraphValue, int, ScalarType, GraphValue> reduce)
    {
        context.Accept("type");
        int axis = context.Axis(context.Integer("dim"));
        if (context.InputShape[axis].IsDynamic)
        {
            throw context.Refuse($"it runs along dimension {axis}, which is dynamic", "Make that dimension static");
        }
        long size = context.InputShape[axis].Size;
        using var scope = NewDisposeScope();
        var isInPrefix = ones([size, size, .. context.InputShape.Skip(axis + 1).Select(_ => 1L)], ScalarType.Bool);
        isInPrefix = isInPrefix.reshape(size, size).tril().reshape(isInPrefix.shape);
        return Elementwise.Calculate(context, type =>
        {
            var rows = context.Add("Unsqueeze", [context.Cast(context.Input, type), context.Constant([(long)axis])]);
            var prefixes = context.Add("Where", [context.Constant(isInPrefix), rows, context.Constant(neutral, type)]);
            return reduce(prefixes, axis + 1, type);
        });
    }
}
