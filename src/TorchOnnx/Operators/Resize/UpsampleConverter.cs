using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Resampling to another spatial size.</summary>
internal static class UpsampleConverter
{
    public static void AddTo(ConverterRegistry registry)
    {
        registry
            // The two enumerations agree where both have a name.
            .Add<Upsample>((module, context) => Resample(
                context, (InterpolationMode)module.mode, module.align_corners == true,
                module.size.Length > 0 || module.recompute_scale_factor == true ? [] : [.. module.scale_factor]))
            .AddMethod(typeof(nn.functional), "interpolate", context => Interpolate(
                context, (InterpolationMode)(context.Argument("mode") ?? InterpolationMode.Nearest)))
            .AddMethod(typeof(nn.functional), "upsample_bilinear", context => Interpolate(
                context, InterpolationMode.Bilinear));
        for (int spatial = 1; spatial <= 3; spatial++)
            registry.AddMethod(typeof(nn.functional), $"upsample_nearest{spatial}d", Nearest);
    }

    private static GraphValue Interpolate(ConversionContext context, InterpolationMode mode)
    {
        bool bySize = context.Argument("size") is not null | context.Flag("recompute_scale_factor");
        return Resample(
            context, mode, context.Flag("align_corners"), Factors(context, "scale_factor", bySize));
    }

    private static GraphValue Nearest(ConversionContext context)
    {
        bool bySize = context.Argument("outputSize") is not null | context.Argument("outputSizes") is not null;
        return Resample(
            context, InterpolationMode.Nearest, alignCorners: false,
            Factors(context, context.Given("scaleFactor") ? "scaleFactor" : "scaleFactors", bySize));
    }

    private static double[] Factors(ConversionContext context, string parameter, bool bySize) =>
        context.Argument(parameter) switch
        {
            IReadOnlyList<object?> list when !bySize =>
                [.. list.Select(item => item is Dimension size ? size.Size : (double)item!)],
            double factor when !bySize => [factor],
            _ => [],
        };

    // The factors are empty where only the output size counts.
    private static GraphValue Resample(
        ConversionContext context, InterpolationMode mode, bool alignCorners, double[] factors)
    {
        int spatial = context.InputShape.Count - 2;
        if (spatial < 1)
            throw context.Refuse(
                $"its input has {context.InputShape.Count} dimensions, and ONNX wants batch and channels in front",
                "Give an example of shape [N, C, …]");
        if (mode == InterpolationMode.Area) return AdaptivePoolConverter.Pool(context, spatial, "AveragePool");
        if (!alignCorners) RequireWholeSizes(context, factors);
        // Batch and channels are taken from the input, because the batch may be dynamic.
        var front = context.Add(
            "Slice", [context.Add("Shape", context.Input), context.Constant([0L]), context.Constant([2L])]);
        var sizes = context.Concat([front, context.Sizes([.. context.OutputShape.Skip(2)])], 0);
        return context.Add("Resize", [context.Input, null, null, sizes], Attributes(mode, alignCorners));
    }

    // Where a factor does not lead to a whole size, torch keeps stepping by the factor, and what the runtimes do
    // with such a factor is not the same.
    private static void RequireWholeSizes(ConversionContext context, double[] factors)
    {
        var (input, output) = (context.InputShape.Skip(2).ToList(), context.OutputShape.Skip(2).ToList());
        if (factors.Length == 1) factors = [.. Enumerable.Repeat(factors[0], output.Count)];
        foreach (var (axis, factor) in factors.Index())
            if (input[axis].IsDynamic ? !double.IsInteger(factor) : input[axis].Size * factor != output[axis].Size)
                throw context.Refuse(
                    $"a factor of {factor} takes a size of {input[axis]} to no whole number",
                    "Build it with recompute_scale_factor: true, or with size instead of scale_factor");
    }

    private static OnnxAttribute[] Attributes(InterpolationMode mode, bool alignCorners) => mode switch
    {
        InterpolationMode.Nearest =>
        [
            new("coordinate_transformation_mode", "asymmetric"),
            new("mode", "nearest"),
            new("nearest_mode", "floor"),
        ],
        InterpolationMode.NearestExact =>
        [
            new("coordinate_transformation_mode", "half_pixel"),
            new("mode", "nearest"),
            new("nearest_mode", "round_prefer_ceil"),
        ],
        // Keys, "Cubic convolution interpolation", 1981, with the constant that torch uses.
        InterpolationMode.Bicubic =>
        [
            Coordinates(alignCorners),
            new("cubic_coeff_a", -0.75),
            new("mode", "cubic"),
        ],
        _ => [Coordinates(alignCorners), new("mode", "linear")],
    };

    private static OnnxAttribute Coordinates(bool alignCorners) =>
        new("coordinate_transformation_mode", alignCorners ? "align_corners" : "half_pixel");
}
