using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>log(1 + eˣ) and what is made of it, and softsign.</summary>
internal static class SoftplusConverters
{
    // From here on softplus(x) and x are one number in float32.
    private const double LinearFrom = 20;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Softplus>((module, context) => Convert(module.beta, module.threshold, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.softplus), context =>
            Convert(context.Number("beta"), context.Number("threshold"), context))
        .Add<Mish>((_, context) => context.Add(
            "Mul", [context.Input, context.Add("Tanh", context.Add("Softplus", context.Input))]))
        .Add<Softsign>((_, context) => context.Add("Softsign", context.Input));

    private static GraphValue Convert(double beta, double threshold, ConversionContext context)
    {
        var type = context.InputType;
        var factor = context.Constant(beta, type);
        var scaled = beta == 1 ? context.Input : context.Add("Mul", [context.Input, factor]);
        var smooth = context.Add("Softplus", scaled);
        if (beta != 1) smooth = context.Add("Div", [smooth, factor]);
        if (threshold >= LinearFrom && type == ScalarType.Float32) return smooth;
        var above = context.Add("Greater", [scaled, context.Constant(threshold, type)]);
        return context.Add("Where", [above, context.Input, smooth]);
    }
}
