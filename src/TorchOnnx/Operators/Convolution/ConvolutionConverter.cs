using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Convolutions and transposed convolutions of one to three spatial dimensions.</summary>
internal static class ConvolutionConverter
{
    public static void AddTo(ConverterRegistry registry)
    {
        registry
            .Add<Conv1d>(Convert)
            .Add<Conv2d>(Convert)
            .Add<Conv3d>(Convert)
            .Add<ConvTranspose1d>(ConvertTransposed)
            .Add<ConvTranspose2d>(ConvertTransposed)
            .Add<ConvTranspose3d>(ConvertTransposed);
        for (int spatial = 1; spatial <= 3; spatial++)
        {
            int dimensions = spatial;
            registry.AddMethod(typeof(nn.functional), $"conv{spatial}d", context => Convert(context, dimensions));
            registry.AddMethod(typeof(nn.functional), $"conv{spatial}d_padding", context => Convert(context, dimensions));
            registry.AddMethod(
                typeof(nn.functional), $"conv_transpose{spatial}d", context => ConvertTransposed(context, dimensions));
        }
    }

    private static GraphValue Convert(Convolution module, ConversionContext context)
    {
        var (inputs, window) = (Inputs(module, context), Window.Of(module));
        if (module.padding_mode == PaddingModes.Zeros) return context.Add("Conv", inputs, window.Attributes());
        if (module.padding is not { } padding)
            throw context.Refuse(
                $"padding_mode {module.padding_mode} together with a named padding is not written",
                "Give the padding in numbers");
        // Both sides of each dimension, from the last on.
        var sides = padding.Reverse().SelectMany(size => (Dimension[])[size, size]);
        inputs[0] = PaddingConverter.Pad(context, [.. sides], module.padding_mode, 0);
        return context.Add("Conv", inputs, (window with { Pads = new long[2 * padding.Length] }).Attributes());
    }

    private static GraphValue ConvertTransposed(Convolution module, ConversionContext context) =>
        Transposed(context, Inputs(module, context), Window.Of(module), module.output_padding);

    private static GraphValue Convert(ConversionContext context, int dimensions) => context.Add(
        "Conv", Inputs(context, dimensions), Window.Of(context, dimensions).Attributes());

    private static GraphValue ConvertTransposed(ConversionContext context, int dimensions) => Transposed(
        context, Inputs(context, dimensions), Window.Of(context, dimensions),
        Spatial.Expand(context.Integers("output_padding", []), dimensions, 0));

    private static GraphValue Transposed(
        ConversionContext context, GraphValue[] inputs, Window window, long[] outputPadding)
    {
        // torch allows it below the larger of stride and dilation, ONNX Runtime below the stride.
        if (outputPadding.Zip(window.Strides).Any(size => size.First >= size.Second))
            throw context.Refuse(
                $"output_padding [{string.Join(", ", outputPadding)}] is not below "
                    + $"the stride [{string.Join(", ", window.Strides)}]",
                "Leave output_padding out and put a padding module behind");
        return context.Add(
            "ConvTranspose", inputs, [.. window.Attributes(), new OnnxAttribute("output_padding", outputPadding)]);
    }

    private static GraphValue[] Inputs(Convolution module, ConversionContext context)
    {
        Spatial.RequireBatch(context, module.kernel_size.Length);
        GraphValue[] inputs = [context.Input, context.Parameter(module.weight)];
        return module.bias is null ? inputs : [.. inputs, context.Parameter(module.bias)];
    }

    private static GraphValue[] Inputs(ConversionContext context, int dimensions)
    {
        Spatial.RequireBatch(context, dimensions);
        GraphValue[] inputs = [context.Tensor("input"), context.Tensor("weight")];
        return context.TensorOrNull("bias") is { } bias ? [.. inputs, bias] : inputs;
    }

    // What moves over the input: a kernel and how it steps.
    private sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Pads, long Groups)
    {
        public static Window Of(Convolution module) => new(
            module.kernel_size, module.stride, module.dilation,
            FindPads(module.padding, module.padding_type == Padding.Same, module.kernel_size, module.dilation),
            module.groups);

        public static Window Of(ConversionContext context, int dimensions)
        {
            long[] kernel = [.. context.Tensor("weight").Shape!.Skip(2).Select(size => size.Size)];
            long[] strides = context.Integers("stride", context.Integers("strides", []));
            long[] dilations = Spatial.Expand(context.Integers("dilation", []), dimensions, 1);
            bool same = context.Argument("padding") is Padding.Same;
            long[]? padding = context.Argument("padding") is null or Padding ? null : context.Integers("padding");
            return new(
                kernel, Spatial.Expand(strides, dimensions, 1), dilations,
                FindPads(padding is null ? null : Spatial.Expand(padding, dimensions, 0), same, kernel, dilations),
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

        // "same" pads by dilation · (kernel − 1) in all, and where that is odd the larger part goes behind.
        private static long[] FindPads(long[]? padding, bool same, long[] kernel, long[] dilations)
        {
            if (padding is not null) return [.. padding, .. padding];
            if (!same) return new long[2 * kernel.Length];
            long[] total = [.. dilations.Zip(kernel, (dilation, size) => dilation * (size - 1))];
            return [.. total.Select(size => size / 2), .. total.Select(size => size - size / 2)];
        }
    }
}
