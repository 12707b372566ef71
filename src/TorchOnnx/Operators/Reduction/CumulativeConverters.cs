using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Reductions of all elements up to each.</summary>
internal static class CumulativeConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.cumsum), Sum)
        .AddMethod(typeof(Tensor), nameof(Tensor.cumprod), context => Prefixes(context, 1, (rows, axis, _) =>
            context.Reduce("ReduceProd", rows, [axis], keep: false)))
        .AddMethod(typeof(Tensor), nameof(Tensor.logcumsumexp), context =>
            Prefixes(context, double.NegativeInfinity, (rows, axis, type) =>
                SumConverters.LogSumExp(context, rows, [axis], keep: false, type)));

    private static GraphValue Sum(ConversionContext context)
    {
        context.TypeOrNull("type");
        return Elementwise.Calculate(context, type => context.Add(
            "CumSum", [context.Cast(context.Input, type), context.Constant(context.Integer("dim"), ScalarType.Int64)]));
    }

    // ONNX has no such operator: all elements are laid out for each, with a neutral number in the place of those behind.
    private static GraphValue Prefixes(
        ConversionContext context, double neutral, Func<GraphValue, int, ScalarType, GraphValue> reduce)
    {
        context.TypeOrNull("type");
        int axis = context.Axis(context.Integer("dim"));
        if (context.InputShape[axis].IsDynamic)
            throw context.Refuse(
                $"it runs along dimension {axis}, whose size is dynamic", "Make that dimension static");
        long size = context.InputShape[axis].Size;
        using var scope = NewDisposeScope();
        var isUpTo = ones([size, size, .. context.InputShape.Skip(axis + 1).Select(_ => 1L)], ScalarType.Bool);
        isUpTo = isUpTo.reshape(size, size).tril().reshape(isUpTo.shape);
        return Elementwise.Calculate(context, type =>
        {
            var rows = context.Add("Unsqueeze", [context.Cast(context.Input, type), context.Constant([(long)axis])]);
            var prefixes = context.Add("Where", [context.Constant(isUpTo), rows, context.Constant(neutral, type)]);
            return reduce(prefixes, axis + 1, type);
        });
    }
}
