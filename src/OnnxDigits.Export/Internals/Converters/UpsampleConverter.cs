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
        long[] output = [.. context.OutputShape.Skip(2).Select(size => size.Size)];
        RequireWholeSizes(module, context, output);
        // Batch and channels are taken from the input, because the batch may be dynamic.
        var front = context.Add(
            "Slice", [context.Add("Shape", context.Input), context.Constant([0L]), context.Constant([2L])]);
        var sizes = context.Add("Concat", [front, context.Constant(output)], new OnnxAttribute("axis", 0));
        return context.Add("Resize", [context.Input, null, null, sizes], Attributes(module));
    }

    // Where a factor does not lead to a whole size, torch keeps stepping by the factor, and what the runtimes do
    // with such a factor is not the same.
    private static void RequireWholeSizes(Upsample module, ConversionContext context, long[] output)
    {
        if (module.size.Length > 0 || module.recompute_scale_factor == true || module.align_corners == true) return;
        double[] factors = [.. module.scale_factor];
        if (factors.Length == 1) factors = [.. Enumerable.Repeat(factors[0], output.Length)];
        foreach (var (axis, factor) in factors.Index())
            if (context.InputShape[axis + 2].Size * factor != output[axis])
                throw context.Refuse(
                    $"a factor of {factor} takes a size of {context.InputShape[axis + 2]} to no whole number",
                    "Build it with recompute_scale_factor: true, or with size instead of scale_factor");
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
}
