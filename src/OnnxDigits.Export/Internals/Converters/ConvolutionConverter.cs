using TorchSharp;
using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Convolutions of one to three spatial dimensions, and the transposed one of two.</summary>
internal static class ConvolutionConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Conv1d>(Convert)
        .Add<Conv2d>(Convert)
        .Add<Conv3d>(Convert)
        .Add<ConvTranspose2d>(ConvertTransposed);

    private static GraphValue Convert(Convolution module, ConversionContext context)
    {
        if (module.padding_mode != PaddingModes.Zeros)
            throw context.Refuse(
                $"padding_mode {module.padding_mode} is not written, only {PaddingModes.Zeros}",
                "Put a padding module in front of a convolution without padding");
        return context.Add("Conv", Inputs(module, context), [.. Attributes(module, Pads(module))]);
    }

    private static GraphValue ConvertTransposed(Convolution module, ConversionContext context)
    {
        // torch allows it below the larger of stride and dilation, ONNX Runtime below the stride.
        if (module.output_padding.Zip(module.stride).Any(size => size.First >= size.Second))
            throw context.Refuse(
                $"output_padding [{string.Join(", ", module.output_padding)}] is not below "
                    + $"the stride [{string.Join(", ", module.stride)}]",
                "Leave output_padding out and put a padding module behind");
        return context.Add(
            "ConvTranspose", Inputs(module, context),
            [.. Attributes(module, Pads(module)), new OnnxAttribute("output_padding", module.output_padding)]);
    }

    private static GraphValue[] Inputs(Convolution module, ConversionContext context)
    {
        Spatial.RequireBatch(context, module.kernel_size.Length);
        GraphValue[] inputs = [context.Input, context.Parameter(module.weight)];
        return module.bias is null ? inputs : [.. inputs, context.Parameter(module.bias)];
    }

    private static IEnumerable<OnnxAttribute> Attributes(Convolution module, long[] pads) =>
    [
        new("dilations", module.dilation),
        new("group", module.groups),
        new("kernel_shape", module.kernel_size),
        new("pads", pads),
        new("strides", module.stride),
    ];

    // "same" pads by dilation · (kernel − 1) in all, and where that is odd the larger part goes behind.
    private static long[] Pads(Convolution module)
    {
        if (module.padding is { } padding) return [.. padding, .. padding];
        if (module.padding_type != Padding.Same) return new long[2 * module.kernel_size.Length];
        long[] total = [.. module.dilation.Zip(module.kernel_size, (dilation, kernel) => dilation * (kernel - 1))];
        return [.. total.Select(size => size / 2), .. total.Select(size => size - size / 2)];
    }
}
