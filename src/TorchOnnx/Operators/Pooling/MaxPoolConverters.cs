using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for max pooling and its inverse.</summary>
internal static class MaxPoolConverters
{
    public static GraphValue Max(MaxPool1d module, ConversionContext context) => Pool(
        context, 1, [module.kernel_size], Optional(module.stride), Optional(module.padding), Optional(module.dilation),
        module.ceil_mode)[0];

    public static GraphValue Max(MaxPool2d module, ConversionContext context) => Pool(
        context, 2, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)[0];

    public static GraphValue Max(MaxPool3d module, ConversionContext context) => Pool(
        context, 3, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)[0];

    public static GraphValue Max(ConversionContext context, int dimensions) => Spatial.IsGlobal(context)
        ? context.Add("GlobalMaxPool", context.Input)
        : Pool(context, dimensions, withIndices: false)[0];

    public static IReadOnlyList<GraphValue> MaxWithIndices(ConversionContext context, int dimensions) =>
        Pool(context, dimensions, withIndices: true);

    /// <summary>Adds the pooled values and, if requested, the index of each maximum within its channel.</summary>
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
        // ONNX's indices run through batch and channels; torch's restart in each channel.
        var size = context.Scalar(Axes.Count(context.InputShape.Skip(2)));
        return [pooled[0], context.Add("Mod", [pooled[1], size])];
    }

    // Scatters into zeros, because ONNX's MaxUnpool expects indices into the whole tensor.
    public static GraphValue Unpool(ConversionContext context, int dimensions)
    {
        Spatial.RequireBatch(context, dimensions);
        context.Accept("output_size");
        var zeros = context.Add("ConstantOfShape", context.Sizes(context.OutputShape));
        var scattered = context.Add(
            "ScatterElements",
            [Flat(zeros), context.Cast(Flat(context.Tensor("indices")), torch.ScalarType.Int64), Flat(context.Input)],
            new OnnxAttribute("axis", 2));
        return context.Add("Reshape", [scattered, context.Sizes(context.OutputShape)]);

        GraphValue Flat(GraphValue value) => context.Add("Reshape", [value, context.Constant([0L, 0, -1])]);
    }

    private static IReadOnlyList<GraphValue> Pool(ConversionContext context, int dimensions, bool withIndices) => Pool(
        context, dimensions, context.Integers("kernel_size"),
        context.Integers("stride", context.Integers("strides", [])), context.Integers("padding", []),
        context.Integers("dilation", []), context.Flag("ceil_mode"), withIndices);

    private static long[]? Optional(long? size) => size is { } given ? [given] : null;
}
