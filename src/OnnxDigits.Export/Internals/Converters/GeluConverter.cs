using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>x · Φ(x), exactly or by tanh (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).</summary>
internal static class GeluConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<GELU>((module, context) =>
    {
        var gate = module.approximate == GELU.Approximate.tanh ? Approximate(context) : Exact(context);
        var twice = context.Add("Add", [gate, context.Constant(1.0)]);
        return context.Add("Mul", [context.Add("Mul", [context.Input, twice]), context.Constant(0.5)]);
    });

    private static GraphValue Exact(ConversionContext context) =>
        context.Add("Erf", context.Add("Div", [context.Input, context.Constant(Math.Sqrt(2))]));

    private static GraphValue Approximate(ConversionContext context)
    {
        var cube = context.Add("Mul", [context.Add("Mul", [context.Input, context.Input]), context.Input]);
        var inner = context.Add("Add", [context.Input, context.Add("Mul", [cube, context.Constant(0.044715)])]);
        return context.Add("Tanh", context.Add("Mul", [inner, context.Constant(Math.Sqrt(2 / Math.PI))]));
    }
}
