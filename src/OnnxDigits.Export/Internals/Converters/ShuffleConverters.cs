using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Elements moved between channels and space, or among channels.</summary>
internal static class ShuffleConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<PixelShuffle>(PixelShuffled)
        .Add<PixelUnshuffle>(PixelUnshuffled)
        .Add<ChannelShuffle>(ChannelShuffled);

    private static GraphValue PixelShuffled(PixelShuffle module, ConversionContext context)
    {
        Spatial.RequireBatch(context, 2);
        return context.Add(
            "DepthToSpace", context.Input,
            new OnnxAttribute("blocksize", module.upscale_factor), new OnnxAttribute("mode", "CRD"));
    }

    // SpaceToDepth orders the new channels the other way round.
    private static GraphValue PixelUnshuffled(PixelUnshuffle module, ConversionContext context)
    {
        Spatial.RequireBatch(context, 2);
        var (from, to) = (context.InputShape, context.OutputShape);
        long factor = module.downscale_factor;
        Dimension[] blocks = [from[0], from[1], to[2], factor, to[3], factor];
        Dimension[] moved = [from[0], from[1], factor, factor, to[2], to[3]];
        var split = context.Reshape(context.Input, from, blocks);
        return context.Reshape(
            context.Add("Transpose", split, new OnnxAttribute("perm", [0L, 1, 3, 5, 2, 4])), moved, to);
    }

    private static GraphValue ChannelShuffled(ChannelShuffle module, ConversionContext context)
    {
        var shape = context.InputShape;
        long groups = module.groups, members = shape[1].Size / groups;
        Dimension[] space = [.. shape.Skip(2)];
        long[] rest = [.. Enumerable.Range(3, space.Length).Select(axis => (long)axis)];
        var split = context.Reshape(context.Input, shape, [shape[0], groups, members, .. space]);
        var moved = context.Add("Transpose", split, new OnnxAttribute("perm", [0L, 2, 1, .. rest]));
        return context.Reshape(moved, [shape[0], members, groups, .. space], shape);
    }
}
