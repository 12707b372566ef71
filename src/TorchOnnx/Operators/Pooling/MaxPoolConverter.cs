using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Maximum pooling; the stride is the kernel where none was given.</summary>
internal static class MaxPoolConverter
{
    public static void AddTo(ConverterRegistry registry)
    {
        registry
            .Add<MaxPool1d>((module, context) => Pool(
                context, 1, [module.kernel_size], Optional(module.stride), Optional(module.padding),
                Optional(module.dilation), module.ceil_mode)[0])
            .Add<MaxPool2d>((module, context) => Pool(
                context, 2, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)[0])
            .Add<MaxPool3d>((module, context) => Pool(
                context, 3, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)[0]);
        for (int spatial = 1; spatial <= 3; spatial++)
        {
            int dimensions = spatial;
            var type = typeof(nn.functional);
            registry.AddMethod(type, $"max_pool{spatial}d", context => Pool(context, dimensions, withIndices: false)[0]);
            registry.AddMultipleMethod(
                type, $"max_pool{spatial}d_with_indices", context => Pool(context, dimensions, withIndices: true));
        }
    }

    /// <summary>Pools, and gives the place of each maximum among those of its channel if it is asked to.</summary>
    public static IReadOnlyList<GraphValue> Pool(
        ConversionContext context, int dimensions, long[] kernelSize, long[]? stride, long[]? padding, long[]? dilation,
        bool ceilMode, bool withIndices = false)
    {
        Spatial.RequireBatch(context, dimensions);
        long[] kernel = Spatial.Expand(kernelSize, dimensions, 1);
        var pooled = context.AddMany(
            "MaxPool",
            [context.Input],
            withIndices ? 2 : 1,
            new OnnxAttribute("ceil_mode", ceilMode ? 1 : 0),
            new OnnxAttribute("dilations", Spatial.Expand(dilation, dimensions, 1)),
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("pads", Spatial.Symmetric(padding, dimensions)),
            new OnnxAttribute("strides", stride is null or [] ? kernel : Spatial.Expand(stride, dimensions, 1)));
        if (!withIndices) return pooled;
        // ONNX counts through batch and channels, torch begins anew in each.
        var size = context.Scalar(Axes.Count(context.InputShape.Skip(2)));
        return [pooled[0], context.Add("Mod", [pooled[1], size])];
    }

    private static IReadOnlyList<GraphValue> Pool(ConversionContext context, int dimensions, bool withIndices) => Pool(
        context, dimensions, context.Integers("kernel_size"), context.Integers("stride", context.Integers("strides", [])),
        context.Integers("padding", []), context.Integers("dilation", []), context.Flag("ceil_mode"), withIndices);

    private static long[]? Optional(long? size) => size is { } given ? [given] : null;
}
