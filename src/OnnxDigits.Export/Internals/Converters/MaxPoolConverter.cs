using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Maximum pooling; the stride is the kernel where none was given.</summary>
internal static class MaxPoolConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<MaxPool1d>((module, context) => Convert(
            context, 1, [module.kernel_size], Optional(module.stride), Optional(module.padding),
            Optional(module.dilation), module.ceil_mode))
        .Add<MaxPool2d>((module, context) => Convert(
            context, 2, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode))
        .Add<MaxPool3d>((module, context) => Convert(
            context, 3, module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode));

    private static long[]? Optional(long? size) => size is { } given ? [given] : null;

    private static GraphValue Convert(
        ConversionContext context, int dimensions, long[] kernelSize, long[]? stride, long[]? padding, long[]? dilation,
        bool ceilMode)
    {
        Spatial.RequireBatch(context, dimensions);
        long[] kernel = Spatial.Expand(kernelSize, dimensions, 1);
        return context.Add(
            "MaxPool",
            context.Input,
            new OnnxAttribute("ceil_mode", ceilMode ? 1 : 0),
            new OnnxAttribute("dilations", Spatial.Expand(dilation, dimensions, 1)),
            new OnnxAttribute("kernel_shape", kernel),
            new OnnxAttribute("pads", Spatial.Symmetric(padding, dimensions)),
            new OnnxAttribute("strides", stride is null or [] ? kernel : Spatial.Expand(stride, dimensions, 1)));
    }
}
