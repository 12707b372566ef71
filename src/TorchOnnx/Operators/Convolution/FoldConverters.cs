namespace TorchOnnx.Operators;

/// <summary>Converters for unfold (image to columns) and fold (columns to image).</summary>
internal static class FoldConverters
{
    private const int FirstOpsetOfCol2Im = 18;

    public static GraphValue Unfold(ConversionContext context)
    {
        Spatial.RequireBatch(context, 2);
        long[] kernel = Pair(context, "kernel_size", 1), dilation = Pair(context, "dilation", 1);
        long[] padding = Pair(context, "padding", 0), stride = Pair(context, "stride", 1);
        var (value, shape) = (context.Input, context.InputShape);
        if (padding.Any(size => size != 0))
        {
            value = context.Add("Pad", [value, context.Constant([0L, 0, .. padding, 0, 0, .. padding])]);
        }
        // From [N, C, H, W] to [N, C, rows, kernel rows, columns, kernel columns].
        for (int axis = 0; axis < 2; axis++)
        {
            var length = shape[axis + 2] + 2 * padding[axis];
            value = SliceConverters.Windows(
                context, value, 2 + 2 * axis, length, kernel[axis], stride[axis], dilation[axis]);
        }
        return context.Reshape(
            context.Permute(value, [0, 1, 3, 5, 2, 4]), [shape[0], shape[1], kernel[0], kernel[1]],
            context.OutputShape);
    }

    public static GraphValue Fold(ConversionContext context)
    {
        context.RequireOpset(FirstOpsetOfCol2Im, "Col2Im");
        if (context.InputShape.Count != 3)
        {
            throw context.Refuse("the input has no batch dimension", "Add a batch dimension to the example");
        }
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

    private static long[] Pair(ConversionContext context, string parameter, long absent) =>
        Spatial.Expand(context.Integers(parameter, [absent]), 2, absent);
}
