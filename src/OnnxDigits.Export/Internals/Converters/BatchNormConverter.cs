using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>(x − running mean) / √(running variance + ε) · weight + bias per channel: batch normalisation in eval mode.</summary>
internal static class BatchNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<BatchNorm1d>(Convert)
        .Add<BatchNorm2d>(Convert)
        .Add<BatchNorm3d>(Convert);

    public static GraphValue Convert(NormBase module, ConversionContext context)
    {
        if (module.running_mean is null || module.running_var is null)
            throw context.Refuse(
                "without running statistics it normalises by the batch at hand, so a row's result depends on the others",
                "Build it with track_running_stats: true");
        return context.Add(
            "BatchNormalization",
            [
                context.Input, Scale(module, context), Shift(module, context),
                context.Parameter(module.running_mean), context.Parameter(module.running_var),
            ],
            new OnnxAttribute("epsilon", module.eps));
    }

    /// <summary>The weight per channel; ones where the module has none.</summary>
    public static GraphValue Scale(NormBase module, ConversionContext context) =>
        PerChannel(module.weight, 1, context);

    /// <summary>The bias per channel; zeros where the module has none.</summary>
    public static GraphValue Shift(NormBase module, ConversionContext context) => PerChannel(module.bias, 0, context);

    private static GraphValue PerChannel(Parameter? parameter, float otherwise, ConversionContext context) =>
        parameter is not null
            ? context.Parameter(parameter)
            : context.Constant([.. Enumerable.Repeat(otherwise, (int)context.InputShape[1].Size)]);
}
