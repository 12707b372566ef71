using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for resampling to another spatial size.</summary>
internal static class ResizeConverters
{
    // UpsampleMode and InterpolationMode give the modes they share the same numbers.
    public static GraphValue Upsample(Upsample module, ConversionContext context) => Resample(
        context, (InterpolationMode)module.mode, module.align_corners == true,
        module.size.Length > 0 || module.recompute_scale_factor == true ? [] : [.. module.scale_factor]);

    public static GraphValue Interpolate(ConversionContext context) =>
        Interpolate(context, (InterpolationMode)(context.Argument("mode") ?? InterpolationMode.Nearest));

    public static GraphValue Interpolate(ConversionContext context, InterpolationMode mode)
    {
        bool bySize = context.Argument("size") is not null | context.Flag("recompute_scale_factor");
        return Resample(
            context, mode, context.Flag("align_corners"), Factors(context, "scale_factor", bySize));
    }

    public static GraphValue UpsampleNearest(ConversionContext context)
    {
        bool bySize = context.Argument("outputSize") is not null | context.Argument("outputSizes") is not null;
        return Resample(
            context, InterpolationMode.Nearest, alignCorners: false,
            Factors(context, context.Given("scaleFactor") ? "scaleFactor" : "scaleFactors", bySize));
    }

    // Without factors, the output size determines the positions.
    private static GraphValue Resample(
        ConversionContext context, InterpolationMode mode, bool alignCorners, double[] factors)
    {
        int spatial = context.InputShape.Count - 2;
        if (spatial < 1)
        {
            throw context.Refuse(
                $"the input has {context.InputShape.Count} dimensions, but ONNX needs batch and channels first",
                "Pass an example of shape [N, C, …]");
        }
        if (mode == InterpolationMode.Area) return AdaptivePoolConverters.Average(context, spatial);
        if (factors.Length == 1) factors = [.. Enumerable.Repeat(factors[0], spatial)];
        if (mode is InterpolationMode.Nearest or InterpolationMode.NearestExact)
        {
            bool exact = mode == InterpolationMode.NearestExact;
            if (NearestConverters.Gather(context, factors, exact) is { } gathered) return gathered;
        }
        else if (!AreWhole(context, factors)
            && !(alignCorners && context.OutputShape.Skip(2).All(size => !size.IsDynamic)))
        {
            return WeightedConverters.Resample(context, factors, mode == InterpolationMode.Bicubic, alignCorners);
        }
        // The batch may be dynamic, so batch and channels come from the input's shape.
        var front = context.Add(
            "Slice", [context.Add("Shape", context.Input), context.Constant([0L]), context.Constant([2L])]);
        var sizes = context.Concat([front, context.Sizes([.. context.OutputShape.Skip(2)])], 0);
        return context.Add("Resize", [context.Input, null, null, sizes], Attributes(mode, alignCorners));
    }

    /// <summary>
    /// Returns an output size as a scalar. A dynamic size is computed from the factor, because it may have no
    /// expression of other sizes.
    /// </summary>
    /// <param name="context">The call to convert.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="factors">The factor of each spatial dimension; empty to use the ratio of the sizes.</param>
    public static GraphValue Size(ConversionContext context, int axis, double[] factors)
    {
        var from = context.InputShape[axis];
        if (factors.Length == 0 || !from.IsDynamic) return context.Scalar(context.OutputShape[axis]);
        var size = context.Cast(context.Scalar(from), ScalarType.Float64);
        var product = Elementwise.Times(context, size, factors[axis - 2], ScalarType.Float64);
        return context.Cast(context.Add("Floor", product), ScalarType.Int64);
    }

    // Indicates whether size · factor is an integer for all sizes.
    private static bool AreWhole(ConversionContext context, double[] factors) => factors.Index().All(factor =>
        context.InputShape[factor.Index + 2].IsDynamic
            ? double.IsInteger(factor.Item)
            : context.InputShape[factor.Index + 2].Size * factor.Item == context.OutputShape[factor.Index + 2].Size);

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
        // Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with torch's a = −0.75.
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

    private static double[] Factors(ConversionContext context, string parameter, bool bySize) =>
        context.Argument(parameter) switch
        {
            IReadOnlyList<object?> list when !bySize =>
                [.. list.Select(item => item is Dimension size ? size.Size : (double)item!)],
            double factor when !bySize => [factor],
            _ => [],
        };
}
