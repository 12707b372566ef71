namespace TorchOnnx.Operators;

/// <summary>Checks and expands the sizes of inputs of shape [N, C, …] with one to three spatial dimensions.</summary>
internal static class Spatial
{
    /// <summary>Refuses an input without a batch dimension, which TorchSharp accepts and ONNX does not.</summary>
    public static void RequireBatch(ConversionContext context, int spatialDimensions)
    {
        int rank = context.InputShape.Count;
        if (rank != spatialDimensions + 2)
        {
            throw context.Refuse(
                $"the input has {rank} dimensions, but ONNX needs {spatialDimensions + 2}, with batch and channels "
                    + "first",
                "Add a batch dimension to the example");
        }
    }

    /// <summary>
    /// Returns a value that indicates whether the kernel of a pooling function covers the whole input and has a dynamic
    /// size.
    /// </summary>
    public static bool IsGlobal(ConversionContext context)
    {
        var kernel = context.SizeList("kernel_size");
        if (!kernel.Any(size => size.IsDynamic) || !kernel.SequenceEqual(context.InputShape.Skip(2))
            || context.Integers("padding", []).Any(size => size != 0) || context.Given("divisor_override"))
        {
            return false;
        }
        context.Accept("stride", "strides", "ceil_mode", "count_include_pad", "dilation");
        return context.Integers("dilation", []).All(size => size == 1);
    }

    /// <summary>
    /// Returns the begin pads of all dimensions, then the same numbers as end pads, as ONNX lists them.
    /// </summary>
    public static long[] Symmetric(long[]? padding, int spatialDimensions)
    {
        long[] sides = Expand(padding, spatialDimensions, 0);
        return [.. sides, .. sides];
    }

    /// <summary>
    /// Returns one number per spatial dimension. TorchSharp also accepts one number for all dimensions, or null.
    /// </summary>
    public static long[] Expand(long[]? sizes, int spatialDimensions, long absent) => sizes switch
    {
        null or [] => [.. Enumerable.Repeat(absent, spatialDimensions)],
        [var size] => [.. Enumerable.Repeat(size, spatialDimensions)],
        _ => sizes,
    };

    /// <summary>Reshapes a value of shape [C] so that it broadcasts along the channels of the input.</summary>
    public static GraphValue AlongChannels(ConversionContext context, GraphValue value) =>
        context.Unsqueeze(value, Axes.Range(1, context.InputShape.Count - 2));
}
