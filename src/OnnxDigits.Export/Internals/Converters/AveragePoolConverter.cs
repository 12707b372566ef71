using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Average pooling; the stride is the kernel where none was given.</summary>
internal static class AveragePoolConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<AvgPool1d>((module, context) => Convert(
            context, 1, [module.kernel_size], module.stride is { } stride ? [stride] : null,
            module.padding is { } padding ? [padding] : null, module.ceil_mode, module.count_include_pad, null))
        .Add<AvgPool2d>((module, context) => Convert(
            context, 2, module.kernel_size, module.stride, module.padding, module.ceil_mode, module.count_include_pad,
            module.divisor_override))
        .Add<AvgPool3d>((module, context) => Convert(
            context, 3, module.kernel_size, module.stride, module.padding, module.ceil_mode, module.count_include_pad,
            module.divisor_override));

    private static GraphValue Convert(
        ConversionContext context, int dimensions, long[] kernelSize, long[]? stride, long[]? padding, bool ceilMode,
        bool countIncludePad, long? divisor)
    {
        Spatial.RequireBatch(context, dimensions);
        // A last window that hangs over the padding has fewer elements, and no attribute says how many.
        if (divisor is not null && ceilMode)
            throw context.Refuse(
                "divisor_override together with ceil_mode has no counterpart in ONNX", "Use one of the two");
        long[] kernel = Spatial.Expand(kernelSize, dimensions, 1);
        var average = context.Add(
            "AveragePool",
            context.Input,
            new OnnxAttribute("ceil_mode", ceilMode ? 1 : 0),
            new OnnxAttribute("count_include_pad", countIncludePad || divisor is not null ? 1 : 0),
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("pads", Spatial.Symmetric(padding, dimensions)),
            new OnnxAttribute("strides", stride is null or [] ? kernel : Spatial.Expand(stride, dimensions, 1)));
        if (divisor is not { } count) return average;
        double elements = kernel.Aggregate(1L, (product, size) => product * size);
        return context.Add("Mul", [average, context.Constant(elements / count)]);
    }
}
