using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>log(1 + eˣ) and what is made of it, and softsign.</summary>
internal static class SoftplusConverters
{
    // From here on softplus(x) and x are one number in float32.
    private const double LinearFrom = 20;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Softplus>(Convert)
        .Add<Mish>((_, context) => context.Add(
            "Mul", [context.Input, context.Add("Tanh", context.Add("Softplus", context.Input))]))
        .Add<Softsign>((_, context) => context.Add("Softsign", context.Input));

    private static GraphValue Convert(Softplus module, ConversionContext context)
    {
        var beta = context.Constant(module.beta);
        var scaled = module.beta == 1 ? context.Input : context.Add("Mul", [context.Input, beta]);
        var smooth = context.Add("Softplus", scaled);
        if (module.beta != 1) smooth = context.Add("Div", [smooth, beta]);
        if (module.threshold >= LinearFrom) return smooth;
        var above = context.Add("Greater", [scaled, context.Constant(module.threshold)]);
        return context.Add("Where", [above, context.Input, smooth]);
    }
}
