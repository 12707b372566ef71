namespace TorchOnnx.Operators;

/// <summary>What convolutions, poolings and paddings over spatial dimensions share.</summary>
internal static class Spatial
{
    /// <summary>Refuses an input without a batch dimension, which TorchSharp accepts and ONNX does not.</summary>
    public static void RequireBatch(ConversionContext context, int spatialDimensions)
    {
        int rank = context.InputShape.Count;
        if (rank != spatialDimensions + 2)
            throw context.Refuse(
                $"its input has {rank} dimensions, and ONNX wants {spatialDimensions + 2} with batch and channels",
                "Give an example with a batch dimension in front");
    }

    /// <summary>Pads at begin and end, as ONNX lists them, from one number for both sides of each dimension.</summary>
    public static long[] Symmetric(long[]? padding, int spatialDimensions)
    {
        long[] sides = Expand(padding, spatialDimensions, 0);
        return [.. sides, .. sides];
    }

    /// <summary>One number per spatial dimension, where TorchSharp also takes one for all or none for the default.</summary>
    public static long[] Expand(long[]? sizes, int spatialDimensions, long absent) => sizes switch
    {
        null or [] => [.. Enumerable.Repeat(absent, spatialDimensions)],
        [var size] => [.. Enumerable.Repeat(size, spatialDimensions)],
        _ => sizes,
    };

    /// <summary>A value of shape [C], made ready to broadcast along the channels of the input.</summary>
    public static GraphValue AlongChannels(ConversionContext context, GraphValue value) =>
        context.Unsqueeze(value, Axes.From(1, context.InputShape.Count - 2));
}
