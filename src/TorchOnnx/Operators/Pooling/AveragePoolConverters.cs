using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for average pooling and power-average pooling.</summary>
internal static class AveragePoolConverters
{
    public static GraphValue Average(AvgPool1d module, ConversionContext context) => Average(
        context, context.Input, 1, [module.kernel_size], module.stride is { } stride ? [stride] : null,
        module.padding is { } padding ? [padding] : null, module.ceil_mode, module.count_include_pad, null);

    public static GraphValue Average(AvgPool2d module, ConversionContext context) => Average(
        context, context.Input, 2, module.kernel_size, module.stride, module.padding, module.ceil_mode,
        module.count_include_pad, module.divisor_override);

    public static GraphValue Average(AvgPool3d module, ConversionContext context) => Average(
        context, context.Input, 3, module.kernel_size, module.stride, module.padding, module.ceil_mode,
        module.count_include_pad, module.divisor_override);

    public static GraphValue Average(ConversionContext context, int dimensions) => Spatial.IsGlobal(context)
        ? context.Add("GlobalAveragePool", context.Input)
        : Average(
            context, context.Input, dimensions, context.Integers("kernel_size"), context.Integers("stride", []),
            context.Integers("padding", []), context.Flag("ceil_mode"), context.Flag("count_include_pad", true),
            context.Given("divisor_override") ? context.Integer("divisor_override") : null);

    // (Σ xᵖ)^(1/p). The sum is the average times the size of the kernel.
    public static GraphValue PowerAverage(ConversionContext context, int dimensions)
    {
        double power = context.Number("norm_type");
        long[] kernel = Spatial.Expand(context.Integers("kernel_size"), dimensions, 1);
        var powers = context.Add("Pow", [context.Input, context.Constant(power)]);
        var average = Average(
            context, powers, dimensions, kernel, context.Integers("stride", []), padding: null,
            context.Flag("ceil_mode"), countIncludePad: true, divisor: null);
        var sums = context.Add("Mul", [average, context.Constant((double)Count(kernel))]);
        return context.Add("Pow", [sums, context.Constant(1 / power)]);
    }

    private static GraphValue Average(
        ConversionContext context, GraphValue input, int dimensions, long[] kernelSize, long[]? stride, long[]? padding,
        bool ceilMode, bool countIncludePad, long? divisor)
    {
        Spatial.RequireBatch(context, dimensions);
        // The divisor is applied by scaling averages over whole kernels, but ceil_mode cuts the last kernels short.
        if (divisor is not null && ceilMode)
        {
            throw context.Refuse(
                "ONNX cannot express divisor_override together with ceil_mode", "Use one of the two");
        }
        long[] kernel = Spatial.Expand(kernelSize, dimensions, 1);
        var average = context.Add(
            "AveragePool",
            input,
            new OnnxAttribute("ceil_mode", ceilMode ? 1 : 0),
            new OnnxAttribute("count_include_pad", countIncludePad || divisor is not null ? 1 : 0),
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("pads", Spatial.Symmetric(padding, dimensions)),
            new OnnxAttribute("strides", stride is null or [] ? kernel : Spatial.Expand(stride, dimensions, 1)));
        if (divisor is not { } count) return average;
        return context.Add("Mul", [average, context.Constant((double)Count(kernel) / count)]);
    }

    private static long Count(long[] kernel) => kernel.Aggregate(1L, (product, size) => product * size);
}
