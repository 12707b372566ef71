using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>
/// Pooling to a given output size. ONNX has windows of one size only, so the input must be a multiple of the
/// output; to a single element it is global pooling, whatever the input.
/// </summary>
internal static class AdaptivePoolConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<AdaptiveAvgPool1d>((_, context) => Convert(context, 1, "Average"))
        .Add<AdaptiveAvgPool2d>((_, context) => Convert(context, 2, "Average"))
        .Add<AdaptiveAvgPool3d>((_, context) => Convert(context, 3, "Average"))
        .Add<AdaptiveMaxPool1d>((_, context) => Convert(context, 1, "Max"))
        .Add<AdaptiveMaxPool2d>((_, context) => Convert(context, 2, "Max"));

    private static GraphValue Convert(ConversionContext context, int dimensions, string kind)
    {
        Spatial.RequireBatch(context, dimensions);
        var sizes = context.InputShape.Skip(2).Zip(context.OutputShape.Skip(2)).ToList();
        if (sizes.All(size => size.Second == 1)) return context.Add($"Global{kind}Pool", context.Input);
        if (sizes.FirstOrDefault(size => size.First.Size % size.Second.Size != 0) is { First.Size: > 0 } odd)
            throw context.Refuse(
                $"an input of {odd.First} is not a multiple of the output of {odd.Second}, so the windows differ in size",
                "Choose an output size that divides the input, or 1");
        long[] kernel = [.. sizes.Select(size => size.First.Size / size.Second.Size)];
        return context.Add(
            $"{kind}Pool", context.Input, new OnnxAttribute("kernel_shape", kernel), new OnnxAttribute("strides", kernel));
    }
}
