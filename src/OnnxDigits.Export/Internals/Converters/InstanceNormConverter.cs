using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>
/// Normalisation of each channel of each row by itself; with running statistics, eval mode makes it a batch
/// normalisation.
/// </summary>
internal static class InstanceNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<InstanceNorm1d>((module, context) => Convert(module, 1, context))
        .Add<InstanceNorm2d>((module, context) => Convert(module, 2, context))
        .Add<InstanceNorm3d>((module, context) => Convert(module, 3, context));

    private static GraphValue Convert(InstanceNorm module, int dimensions, ConversionContext context)
    {
        Spatial.RequireBatch(context, dimensions);
        if (module.track_running_stats) return BatchNormConverter.Convert(module, context);
        return context.Add(
            "InstanceNormalization",
            [context.Input, BatchNormConverter.Scale(module, context), BatchNormConverter.Shift(module, context)],
            new OnnxAttribute("epsilon", module.eps));
    }
}
