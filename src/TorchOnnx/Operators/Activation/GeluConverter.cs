using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>x · Φ(x), exactly or by tanh (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).</summary>
internal static class GeluConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<GELU>((module, context) => Gated(module.approximate, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.gelu), context =>
            Gated((GELU.Approximate)(context.Argument("approximate") ?? GELU.Approximate.none), context));

    private static GraphValue Gated(GELU.Approximate approximate, ConversionContext context)
    {
        var type = context.InputType;
        var gate = approximate == GELU.Approximate.tanh ? Approximate(context, type) : Exact(context, type);
        var twice = context.Add("Add", [gate, context.Constant(1, type)]);
        return PointwiseConverters.Times(context, context.Add("Mul", [context.Input, twice]), 0.5, type);
    }

    private static GraphValue Exact(ConversionContext context, ScalarType type) =>
        context.Add("Erf", context.Add("Div", [context.Input, context.Constant(Math.Sqrt(2), type)]));

    private static GraphValue Approximate(ConversionContext context, ScalarType type)
    {
        var cube = context.Add("Mul", [context.Add("Mul", [context.Input, context.Input]), context.Input]);
        var inner = context.Add("Add", [context.Input, PointwiseConverters.Times(context, cube, 0.044715, type)]);
        return context.Add("Tanh", PointwiseConverters.Times(context, inner, Math.Sqrt(2 / Math.PI), type));
    }
}
