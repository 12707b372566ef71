using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Sums, products and what is counted.</summary>
internal static class SumConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.sum), context => Reduction.Of(context, "ReduceSum"))
        .AddMethod(typeof(Tensor), nameof(Tensor.mean), context => Reduction.Of(context, "ReduceMean"))
        .AddMethod(typeof(Tensor), nameof(Tensor.prod), context => Reduction.Of(context, "ReduceProd"))
        .AddMethod(typeof(Tensor), nameof(Tensor.logsumexp), context => Reduction.Of(context, "ReduceLogSumExp"))
        .AddMethod(typeof(Tensor), nameof(Tensor.nansum), context => Reduction.Of(context, (value, axes, keep, type) =>
            Reduction.Apply(context, "ReduceSum", WithoutNaN(context, value, type), axes, keep)))
        .AddMethod(typeof(Tensor), nameof(Tensor.all), context => OfFlags("ReduceMin", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.any), context => OfFlags("ReduceMax", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.count_nonzero), context => OfFlags("ReduceSum", context));

    // Flags are calculated with as 0 and 1, in the type of the result.
    private static GraphValue OfFlags(string opType, ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var flags = context.Add("Cast", context.Cast(context.Input, ScalarType.Bool), Elementwise.To(type));
        return Reduction.Apply(context, opType, flags, Reduction.Axes(context), context.Flag("keepdim"));
    });

    private static GraphValue WithoutNaN(ConversionContext context, GraphValue value, ScalarType type) =>
        !Elementwise.IsFloating(type) ? value
            : context.Add("Where", [context.Add("IsNaN", value), context.Constant(0, type), value]);
}
