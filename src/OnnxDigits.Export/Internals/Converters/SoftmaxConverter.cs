using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Softmax along one dimension, its logarithm, and its mirror image softmin.</summary>
internal static class SoftmaxConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Softmax>((module, context) => Along("Softmax", module.dim, context.Input, context))
        .Add<LogSoftmax>((module, context) => Along("LogSoftmax", module.dim, context.Input, context))
        .Add<Softmin>((module, context) => Along("Softmax", module.dim, context.Add("Neg", context.Input), context))
        .Add<Softmax2d>((_, context) => Along("Softmax", -3, context.Input, context));

    private static GraphValue Along(string opType, long axis, GraphValue input, ConversionContext context) =>
        context.Add(opType, input, new OnnxAttribute("axis", axis));
}
