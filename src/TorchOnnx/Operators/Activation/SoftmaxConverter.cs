using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Softmax along one dimension, its logarithm, and its mirror image softmin.</summary>
internal static class SoftmaxConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Softmax>((module, context) => Along("Softmax", module.dim, context.Input, context))
        .Add<LogSoftmax>((module, context) => Along("LogSoftmax", module.dim, context.Input, context))
        .Add<Softmin>((module, context) => Along("Softmax", module.dim, context.Add("Neg", context.Input), context))
        .Add<Softmax2d>((_, context) => Along("Softmax", -3, context.Input, context))
        .AddMethod(typeof(special), nameof(special.softmax), context => Along("Softmax", context))
        .AddMethod(typeof(special), nameof(special.log_softmax), context => Along("LogSoftmax", context));

    private static GraphValue Along(string opType, ConversionContext context)
    {
        // TorchSharp has converted to it before: the type of the result is this one.
        context.TypeOrNull("dtype");
        return Along(opType, context.Integer("dim"), context.Cast(context.Input, context.OutputType), context);
    }

    private static GraphValue Along(string opType, long axis, GraphValue input, ConversionContext context) =>
        context.Add(opType, input, new OnnxAttribute("axis", axis));
}
