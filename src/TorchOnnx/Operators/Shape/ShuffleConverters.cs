using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Elements moved between channels and space, or among channels.</summary>
internal static class ShuffleConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<PixelShuffle>((module, context) => ShufflePixels(context, module.upscale_factor))
        .Add<PixelUnshuffle>((module, context) => UnshufflePixels(context, module.downscale_factor))
        .Add<ChannelShuffle>((module, context) => ShuffleChannels(context, module.groups))
        .AddMethod(typeof(nn.functional), "pixel_shuffle", context => ShufflePixels(
            context, context.Integer("upscale_factor")))
        .AddMethod(typeof(nn.functional), "pixel_unshuffle", context => UnshufflePixels(
            context, context.Integer("downscale_factor")))
        .AddMethod(typeof(Tensor), "channel_shuffle", context => ShuffleChannels(context, context.Integer("groups")));

    private static GraphValue ShufflePixels(ConversionContext context, long factor)
    {
        Spatial.RequireBatch(context, 2);
        return context.Add(
            "DepthToSpace", context.Input, new OnnxAttribute("blocksize", factor), new OnnxAttribute("mode", "CRD"));
    }

    // SpaceToDepth orders the new channels the other way round.
    private static GraphValue UnshufflePixels(ConversionContext context, long factor)
    {
        Spatial.RequireBatch(context, 2);
        var (from, to) = (context.InputShape, context.OutputShape);
        Dimension[] blocks = [from[0], from[1], to[2], factor, to[3], factor];
        Dimension[] moved = [from[0], from[1], factor, factor, to[2], to[3]];
        var split = context.Reshape(context.Input, from, blocks);
        return context.Reshape(context.Permute(split, [0, 1, 3, 5, 2, 4]), moved, to);
    }

    private static GraphValue ShuffleChannels(ConversionContext context, long groups)
    {
        var shape = context.InputShape;
        long members = shape[1].Size / groups;
        Dimension[] space = [.. shape.Skip(2)];
        var split = context.Reshape(context.Input, shape, [shape[0], groups, members, .. space]);
        var moved = context.Permute(split, [0, 2, 1, .. Enumerable.Range(3, space.Length)]);
        return context.Reshape(moved, [shape[0], members, groups, .. space], shape);
    }
}
