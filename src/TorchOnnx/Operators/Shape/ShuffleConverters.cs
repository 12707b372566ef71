namespace TorchOnnx.Operators;

/// <summary>Converters that move elements between channels and space, or among channels.</summary>
internal static class ShuffleConverters
{
    public static GraphValue PixelShuffle(ConversionContext context, long factor)
    {
        Spatial.RequireBatch(context, 2);
        return context.Add(
            "DepthToSpace", context.Input, new OnnxAttribute("blocksize", factor), new OnnxAttribute("mode", "CRD"));
    }

    // ONNX's SpaceToDepth orders the new channels differently from torch.
    public static GraphValue PixelUnshuffle(ConversionContext context, long factor)
    {
        Spatial.RequireBatch(context, 2);
        var (from, to) = (context.InputShape, context.OutputShape);
        Dimension[] blocks = [from[0], from[1], to[2], factor, to[3], factor];
        Dimension[] moved = [from[0], from[1], factor, factor, to[2], to[3]];
        var split = context.Reshape(context.Input, from, blocks);
        return context.Reshape(context.Permute(split, [0, 1, 3, 5, 2, 4]), moved, to);
    }

    public static GraphValue ChannelShuffle(ConversionContext context, long groups)
    {
        var shape = context.InputShape;
        long members = shape[1].Size / groups;
        Dimension[] space = [.. shape.Skip(2)];
        var split = context.Reshape(context.Input, shape, [shape[0], groups, members, .. space]);
        var moved = context.Permute(split, [0, 2, 1, .. Enumerable.Range(3, space.Length)]);
        return context.Reshape(moved, [shape[0], members, groups, .. space], shape);
    }
}
