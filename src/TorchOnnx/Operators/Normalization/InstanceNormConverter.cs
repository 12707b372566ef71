using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Normalisation of each channel of each row by itself; with running statistics, eval mode makes it a batch
/// normalisation.
/// </summary>
internal static class InstanceNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<InstanceNorm1d>((module, context) => Convert(module, 1, context))
        .Add<InstanceNorm2d>((module, context) => Convert(module, 2, context))
        .Add<InstanceNorm3d>((module, context) => Convert(module, 3, context))
        .AddMethod(typeof(nn.functional), "instance_norm", Convert);

    private static GraphValue Convert(InstanceNorm module, int dimensions, ConversionContext context)
    {
        Spatial.RequireBatch(context, dimensions);
        return module.track_running_stats
            ? BatchNormConverter.Convert(module, context)
            : Normalise(
                context, BatchNormConverter.Scale(module, context), BatchNormConverter.Shift(module, context), module.eps);
    }

    private static GraphValue Convert(ConversionContext context)
    {
        context.Argument("momentum");
        if (!context.Flag("use_input_stats", true)) return BatchNormConverter.Convert(context);
        // They are only updated here, and do not change the result.
        foreach (string parameter in (string[])["running_mean", "running_var"]) context.Argument(parameter);
        return Normalise(
            context, context.TensorOrNull("weight") ?? BatchNormConverter.PerChannel(context, 1),
            context.TensorOrNull("bias") ?? BatchNormConverter.PerChannel(context, 0), context.Number("eps", 1e-5));
    }

    private static GraphValue Normalise(ConversionContext context, GraphValue scale, GraphValue shift, double epsilon) =>
        context.Add("InstanceNormalization", [context.Input, scale, shift], new OnnxAttribute("epsilon", epsilon));
}
