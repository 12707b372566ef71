using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>The hyperbolic tangent, and activations that shrink towards 0.</summary>
internal static class ShrinkConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Tanh>((_, context) => context.Add("Tanh", context.Input))
        .Add<Tanhshrink>((_, context) => context.Add("Sub", [context.Input, context.Add("Tanh", context.Input)]))
        .Add<Hardshrink>((module, context) => Shrink(module.lambda, 0, context))
        .AddMethod(typeof(functional), nameof(functional.hardshrink), context =>
            Shrink(context.Number("lambda"), 0, context))
        .Add<Softshrink>((module, context) => Shrink(module.lambda, module.lambda, context))
        .AddMethod(typeof(functional), nameof(functional.softshrink), context =>
            Shrink(context.Number("lambda"), context.Number("lambda"), context));

    private static GraphValue Shrink(double lambda, double bias, ConversionContext context) => context.Add(
        "Shrink", context.Input, new OnnxAttribute("bias", bias), new OnnxAttribute("lambd", lambda));
}
