using TorchSharp;
using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Resampling to another spatial size.</summary>
internal static class UpsampleConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<Upsample>(Convert);

    private static GraphValue Convert(Upsample module, ConversionContext context)
    {
        if (context.InputShape.Count < 3)
            throw context.Refuse(
                $"its input has {context.InputShape.Count} dimensions, and ONNX wants batch and channels in front",
                "Give an example of shape [N, C, …]");
        var (scales, sizes) = Target(module, context);
        return context.Add("Resize", [context.Input, null, scales, sizes], Attributes(module));
    }

    private static OnnxAttribute[] Attributes(Upsample module)
    {
        if (module.mode == torch.UpsampleMode.Nearest)
            return
            [
                new("coordinate_transformation_mode", "asymmetric"),
                new("mode", "nearest"),
                new("nearest_mode", "floor"),
            ];
        var coordinates = new OnnxAttribute(
            "coordinate_transformation_mode", module.align_corners == true ? "align_corners" : "half_pixel");
        // Keys, "Cubic convolution interpolation", 1981, with the constant that torch uses.
        return module.mode == torch.UpsampleMode.Bicubic
            ? [coordinates, new("cubic_coeff_a", -0.75), new("mode", "cubic")]
            : [coordinates, new("mode", "linear")];
    }

    // Where a factor does not lead to a whole size, torch keeps stepping by the factor, not by the ratio of sizes.
    private static (GraphValue? Scales, GraphValue? Sizes) Target(Upsample module, ConversionContext context)
    {
        long[] output = [.. context.OutputShape.Skip(2).Select(size => size.Size)];
        double[] factors = module.size.Length > 0 || module.recompute_scale_factor == true
            ? []
            : [.. module.scale_factor];
        if (factors.Length == 1) factors = [.. Enumerable.Repeat(factors[0], output.Length)];
        bool whole = factors.Length == 0
            || context.InputShape.Skip(2).Zip(factors, (size, factor) => size.Size * factor).SequenceEqual(output.Select(size => (double)size));
        if (!whole)
            return (context.Constant([1f, 1f, .. factors.Select(factor => (float)factor)]), null);

        // Batch and channels are taken from the input, because the batch may be dynamic.
        var front = context.Add(
            "Slice", [context.Add("Shape", context.Input), context.Constant([0L]), context.Constant([2L])]);
        return (null, context.Add("Concat", [front, context.Constant(output)], new OnnxAttribute("axis", 0)));
    }
}
