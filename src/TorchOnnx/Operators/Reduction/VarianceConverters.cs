using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Variance and standard deviation, alone or with the mean.</summary>
internal static class VarianceConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.var), context => Moments(context)[0])
        .AddMethod(typeof(Tensor), nameof(Tensor.std), context => Moments(context, root: true)[0])
        .AddMultipleMethod(typeof(Tensor), nameof(Tensor.var_mean), context => Moments(context))
        .AddMultipleMethod(typeof(Tensor), nameof(Tensor.std_mean), context => Moments(context, root: true));

    private static GraphValue[] Moments(ConversionContext context, bool root = false)
    {
        var type = context.InputType;
        int[] axes = Reduction.Dimensions(context);
        bool keep = context.Flag("keepdim");
        bool unbiased = context.Flag("unbiased", true);
        if (!unbiased && axes.Length == 0 && context.MethodName == "var")
            throw context.Refuse(
                "this version of TorchSharp's var over all elements does not heed unbiased: false", "Name the dimensions");
        // TorchSharp does not hand the type on.
        context.TypeOrNull("type");
        var mean = context.Reduce("ReduceMean", context.Input, axes, keep: true);
        var deviation = context.Add("Sub", [context.Input, mean]);
        var squares = context.Reduce("ReduceSum", context.Add("Mul", [deviation, deviation]), axes, keep);
        var count = Axes.Count(
            axes.Length == 0 ? context.InputShape : axes.Select(axis => context.InputShape[axis]));
        if (unbiased) count -= 1;
        var variance = context.Add("Div", [squares, Elementwise.Number(context, count, type)]);
        return
        [
            root ? context.Add("Sqrt", variance) : variance,
            .. context.OutputTypes.Skip(1).Select(_ =>
                keep ? mean : context.Reduce("ReduceMean", context.Input, axes, keep)),
        ];
    }
}
