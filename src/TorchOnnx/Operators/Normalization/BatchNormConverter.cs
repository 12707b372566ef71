using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// (x − running mean) / √(running variance + ε) · weight + bias per channel: batch normalisation in eval mode.
/// </summary>
internal static class BatchNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<BatchNorm1d>(Convert)
        .Add<BatchNorm2d>(Convert)
        .Add<BatchNorm3d>(Convert)
        .AddMethod(typeof(nn.functional), "batch_norm", Convert);

    public static GraphValue Convert(NormBase module, ConversionContext context)
    {
        if (module.running_mean is null || module.running_var is null)
            throw context.Refuse(
                "without running statistics it normalises by the batch at hand, so a row's result depends on the others",
                "Build it with track_running_stats: true");
        GraphValue scale = Scale(module, context), shift = Shift(module, context);
        return Normalise(
            context, scale, shift, context.Parameter(module.running_mean), context.Parameter(module.running_var),
            module.eps);
    }

    /// <summary>The weight per channel; ones where the module has none.</summary>
    public static GraphValue Scale(NormBase module, ConversionContext context) =>
        module.weight is null ? PerChannel(context, 1) : context.Parameter(module.weight);

    /// <summary>The bias per channel; zeros where the module has none.</summary>
    public static GraphValue Shift(NormBase module, ConversionContext context) =>
        module.bias is null ? PerChannel(context, 0) : context.Parameter(module.bias);

    /// <summary>One number for each channel of the input.</summary>
    public static GraphValue PerChannel(ConversionContext context, float value) =>
        context.Constant([.. Enumerable.Repeat(value, (int)context.InputShape[1].Size)]);

    /// <summary>The function, by statistics that were given.</summary>
    public static GraphValue Convert(ConversionContext context)
    {
        context.Argument("momentum");
        if (context.Flag("training") || context.TensorOrNull("running_mean") is not { } mean)
            throw context.Refuse(
                "it normalises by the batch at hand, so a row's result depends on the others",
                "Give running statistics and training: false");
        return Normalise(
            context, context.TensorOrNull("weight") ?? PerChannel(context, 1),
            context.TensorOrNull("bias") ?? PerChannel(context, 0), mean, context.Tensor("running_var"),
            context.Number("eps", 1e-5));
    }

    private static GraphValue Normalise(
        ConversionContext context, GraphValue scale, GraphValue shift, GraphValue mean, GraphValue variance,
        double epsilon) =>
        context.Add(
            "BatchNormalization", [context.Input, scale, shift, mean, variance], new OnnxAttribute("epsilon", epsilon));
}
