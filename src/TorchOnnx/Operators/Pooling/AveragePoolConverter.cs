using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Average pooling and the pooling by powers made of it; the stride is the kernel where none was given.</summary>
internal static class AveragePoolConverter
{
    public static void AddTo(ConverterRegistry registry)
    {
        registry
            .Add<AvgPool1d>((module, context) => Pool(
                context, context.Input, 1, [module.kernel_size], module.stride is { } stride ? [stride] : null,
                module.padding is { } padding ? [padding] : null, module.ceil_mode, module.count_include_pad, null))
            .Add<AvgPool2d>((module, context) => Pool(
                context, context.Input, 2, module.kernel_size, module.stride, module.padding, module.ceil_mode,
                module.count_include_pad, module.divisor_override))
            .Add<AvgPool3d>((module, context) => Pool(
                context, context.Input, 3, module.kernel_size, module.stride, module.padding, module.ceil_mode,
                module.count_include_pad, module.divisor_override));
        for (int spatial = 1; spatial <= 3; spatial++)
        {
            int dimensions = spatial;
            registry.AddMethod(typeof(nn.functional), $"avg_pool{spatial}d", context => Pool(
                context, context.Input, dimensions, context.Integers("kernel_size"), context.Integers("stride", []),
                context.Integers("padding", []), context.Flag("ceil_mode"), context.Flag("count_include_pad", true),
                context.Given("divisor_override") ? context.Integer("divisor_override") : null));
        }
        registry
            .AddMethod(typeof(nn.functional), "lp_pool1d", context => PowerPool(context, 1))
            .AddMethod(typeof(nn.functional), "lp_pool2d", context => PowerPool(context, 2));
    }

    private static GraphValue Pool(
        ConversionContext context, GraphValue input, int dimensions, long[] kernelSize, long[]? stride, long[]? padding,
        bool ceilMode, bool countIncludePad, long? divisor)
    {
        Spatial.RequireBatch(context, dimensions);
        // A last window that hangs over the padding has fewer elements, and no attribute says how many.
        if (divisor is not null && ceilMode)
            throw context.Refuse(
                "divisor_override together with ceil_mode has no counterpart in ONNX", "Use one of the two");
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

    // (Σ xᵖ)^(1/p), where torch multiplies the average by the size of the kernel.
    private static GraphValue PowerPool(ConversionContext context, int dimensions)
    {
        double power = context.Number("norm_type");
        long[] kernel = Spatial.Expand(context.Integers("kernel_size"), dimensions, 1);
        var powers = context.Add("Pow", [context.Input, context.Constant(power)]);
        var average = Pool(
            context, powers, dimensions, kernel, context.Integers("stride", []), padding: null, context.Flag("ceil_mode"),
            countIncludePad: true, divisor: null);
        var sums = context.Add("Mul", [average, context.Constant((double)Count(kernel))]);
        return context.Add("Pow", [sums, context.Constant(1 / power)]);
    }

    private static long Count(long[] kernel) => kernel.Aggregate(1L, (product, size) => product * size);
}
