using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Windows of an image laid out as columns, and summed up again to an image.</summary>
internal static class FoldConverters
{
    private const int FirstOpsetOfCol2Im = 18;

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(nn.functional), "unfold", Unfold)
        .AddMethod(typeof(nn.functional), "fold", Fold);

    private static long[] Pair(ConversionContext context, string parameter, long absent) =>
        Spatial.Expand(context.Integers(parameter, [absent]), 2, absent);

    private static GraphValue Unfold(ConversionContext context)
    {
        Spatial.RequireBatch(context, 2);
        long[] kernel = Pair(context, "kernel_size", 1), dilation = Pair(context, "dilation", 1);
        long[] padding = Pair(context, "padding", 0), stride = Pair(context, "stride", 1);
        var (value, shape) = (context.Input, context.InputShape);
        if (padding.Any(size => size != 0))
            value = context.Add("Pad", [value, context.Constant([0L, 0, .. padding, 0, 0, .. padding])]);
        // [N, C, height, kernel, width, kernel] to [N, C, kernel, kernel, height, width].
        for (int axis = 0; axis < 2; axis++)
        {
            var length = shape[axis + 2] + 2 * padding[axis];
            value = SliceConverters.Windows(
                context, value, 2 + 2 * axis, length, kernel[axis], stride[axis], dilation[axis]);
        }
        return context.Reshape(
            context.Permute(value, [0, 1, 3, 5, 2, 4]), [shape[0], shape[1], kernel[0], kernel[1]], context.OutputShape);
    }

    private static GraphValue Fold(ConversionContext context)
    {
        if (context.Opset < FirstOpsetOfCol2Im)
            throw context.Refuse(
                $"fold is written from operator set {FirstOpsetOfCol2Im} on",
                $"Export with Opset = {FirstOpsetOfCol2Im} or higher");
        if (context.InputShape.Count != 3)
            throw context.Refuse("its input has no batch dimension", "Give an example with a batch dimension in front");
        long[] padding = Pair(context, "padding", 0);
        return context.Add(
            "Col2Im",
            [
                context.Input, context.Constant(Pair(context, "output_size", 1)),
                context.Constant(Pair(context, "kernel_size", 1)),
            ],
            new OnnxAttribute("dilations", Pair(context, "dilation", 1)),
            new OnnxAttribute("pads", [.. padding, .. padding]),
            new OnnxAttribute("strides", Pair(context, "stride", 1)));
    }
}
