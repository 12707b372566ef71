using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for convolutions and transposed convolutions of one to three spatial dimensions.</summary>
internal static class ConvolutionConverters
{
    public static GraphValue Convolve(Convolution module, ConversionContext context)
    {
        var (inputs, window) = (Inputs(module, context), Window.Of(module));
        if (module.padding_mode == PaddingModes.Zeros) return context.Add("Conv", inputs, window.Attributes());
        if (module.padding is not { } padding)
        {
            throw context.Refuse(
                $"padding_mode {module.padding_mode} is supported only with numeric padding",
                "Pass the padding as numbers");
        }
        // PadConverters takes (begin, end) of each dimension, from the last one backwards.
        var sides = Enumerable.Reverse(padding).SelectMany(size => (Dimension[])[size, size]);
        inputs[0] = PadConverters.Pad(context, [.. sides], module.padding_mode, 0);
        return context.Add("Conv", inputs, (window with { Pads = new long[2 * padding.Length] }).Attributes());
    }

    public static GraphValue Convolve(ConversionContext context)
    {
        var inputs = Inputs(context);
        return context.Add("Conv", inputs, Window.Of(context).Attributes());
    }

    public static GraphValue Transpose(Convolution module, ConversionContext context) =>
        Transpose(context, Inputs(module, context), Window.Of(module), module.output_padding);

    public static GraphValue Transpose(ConversionContext context)
    {
        var (inputs, window) = (Inputs(context), Window.Of(context));
        return Transpose(
            context, inputs, window, Spatial.Expand(context.Integers("output_padding", []), window.Kernel.Length, 0));
    }

    private static GraphValue Transpose(
        ConversionContext context, GraphValue[] inputs, Window window, long[] outputPadding)
    {
        // torch requires an output padding below the larger of stride and dilation. ONNX Runtime requires one below the
        // stride.
        if (outputPadding.Zip(window.Strides).Any(size => size.First >= size.Second))
        {
            throw context.Refuse(
                $"output_padding [{string.Join(", ", outputPadding)}] must be less than "
                    + $"the stride [{string.Join(", ", window.Strides)}]",
                "Remove output_padding, and add a padding module after this one");
        }
        return context.Add(
            "ConvTranspose", inputs, [.. window.Attributes(), new OnnxAttribute("output_padding", outputPadding)]);
    }

    private static GraphValue[] Inputs(Convolution module, ConversionContext context)
    {
        Spatial.RequireBatch(context, module.kernel_size.Length);
        GraphValue[] inputs = [context.Input, context.Parameter(module.weight)];
        return module.bias is null ? inputs : [.. inputs, context.Parameter(module.bias)];
    }

    private static GraphValue[] Inputs(ConversionContext context)
    {
        GraphValue[] inputs = [context.Tensor("input"), context.Tensor("weight")];
        Spatial.RequireBatch(context, inputs[1].Shape!.Count - 2);
        return context.TensorOrNull("bias") is { } bias ? [.. inputs, bias] : inputs;
    }

    private sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Pads, long Groups)
    {
        public static Window Of(Convolution module) => new(
            module.kernel_size, module.stride, module.dilation,
            FindPads(module.padding, module.padding_type == Padding.Same, module.kernel_size, module.dilation),
            module.groups);

        public static Window Of(ConversionContext context)
        {
            long[] kernel = [.. context.Tensor("weight").Shape!.Skip(2).Select(size => size.Size)];
            long[] strides = context.Integers("stride", context.Integers("strides", []));
            long[] dilations = Spatial.Expand(context.Integers("dilation", []), kernel.Length, 1);
            bool same = context.Argument("padding") is Padding.Same;
            long[]? padding = context.Argument("padding") is null or Padding ? null : context.Integers("padding");
            return new(
                kernel, Spatial.Expand(strides, kernel.Length, 1), dilations,
                FindPads(padding is null ? null : Spatial.Expand(padding, kernel.Length, 0), same, kernel, dilations),
                context.Integer("groups", 1));
        }

        public OnnxAttribute[] Attributes() =>
        [
            new("dilations", Dilations),
            new("group", Groups),
            new("kernel_shape", Kernel),
            new("pads", Pads),
            new("strides", Strides),
        ];

        // "same" pads by dilation · (kernel − 1) in total; if that is odd, the end gets one more.
        private static long[] FindPads(long[]? padding, bool same, long[] kernel, long[] dilations)
        {
            if (padding is not null) return [.. padding, .. padding];
            if (!same) return new long[2 * kernel.Length];
            long[] total = [.. dilations.Zip(kernel, (dilation, size) => dilation * (size - 1))];
            return [.. total.Select(size => size / 2), .. total.Select(size => size - size / 2)];
        }
    }
}
