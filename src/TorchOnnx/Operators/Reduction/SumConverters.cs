using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Sums, products and what is counted.</summary>
internal static class SumConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.sum), context => Reduction.Of(context, "ReduceSum"))
        .AddMethod(typeof(Tensor), nameof(Tensor.mean), context => Reduction.Of(context, "ReduceMean"))
        .AddMethod(typeof(Tensor), nameof(Tensor.prod), context => Reduction.Of(context, "ReduceProd"))
        .AddMethod(typeof(Tensor), nameof(Tensor.logsumexp), context =>
            Reduction.Of(context, (value, axes, keep, type) => LogSumExp(context, value, axes, keep, type)))
        .AddMethod(typeof(Tensor), nameof(Tensor.nansum), context => Reduction.Of(context, (value, axes, keep, type) =>
            context.Reduce("ReduceSum", WithoutNaN(context, value, type), axes, keep)))
        .AddMethod(typeof(Tensor), nameof(Tensor.all), context => OfFlags("ReduceMin", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.any), context => OfFlags("ReduceMax", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.count_nonzero), context => OfFlags("ReduceSum", context));

    /// <summary>
    /// The logarithm of a sum of exponentials, by the largest of them. The runtime's ReduceLogSumExp loses all digits
    /// behind a first element of −∞, with which attention is masked.
    /// </summary>
    public static GraphValue LogSumExp(ConversionContext context, GraphValue value, int[] axes, bool keep, ScalarType type)
    {
        var largest = Finite(context.Reduce("ReduceMax", value, axes, keep: true));
        var exponentials = context.Add("Exp", context.Add("Sub", [value, largest]));
        var logarithm = context.Add("Log", context.Reduce("ReduceSum", exponentials, axes, keep));
        // Reduced again, it only loses the dimensions of size 1.
        var added = keep ? largest : context.Reduce("ReduceMax", largest, axes, keep);
        return context.Add("Add", [logarithm, added]);

        GraphValue Finite(GraphValue maximum) =>
            context.Add("Where", [context.Add("IsInf", maximum), context.Constant(0, type), maximum]);
    }

    // Flags are calculated with as 0 and 1, in the type of the result.
    private static GraphValue OfFlags(string opType, ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var flags = Elementwise.Truth(context, context.Input, type);
        return context.Reduce(opType, flags, Reduction.Dimensions(context), context.Flag("keepdim"));
    });

    private static GraphValue WithoutNaN(ConversionContext context, GraphValue value, ScalarType type) =>
        !Elementwise.IsFloating(type) ? value
            : context.Add("Where", [context.Add("IsNaN", value), context.Constant(0, type), value]);
}
