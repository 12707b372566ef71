using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Activations that are exponential below 0.</summary>
internal static class ExponentialUnitConverters
{
    // Klambauer et al., "Self-Normalizing Neural Networks", 2017: the fixed point for mean 0 and variance 1.
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ELU>((module, context) => context.Add("Elu", context.Input, new OnnxAttribute("alpha", module.alpha)))
        .Add<CELU>((module, context) => context.Add("Celu", context.Input, new OnnxAttribute("alpha", module.alpha)))
        .Add<SELU>((_, context) => context.Add(
            "Selu", context.Input, new OnnxAttribute("alpha", SeluAlpha), new OnnxAttribute("gamma", SeluScale)));
}
