using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>Layers inside of modules that hold them natively.</summary>
internal static class NativeLayers
{
    private const double NormEpsilon = 1e-5;

    /// <summary>A linear layer over [T, N, E] by its parameters.</summary>
    public static GraphValue Linear(ConversionContext context, GraphValue input, NativeParameters parameters) => Linear(
        context, input, context.Parameter(parameters["weight"]),
        parameters.Find("bias") is { } bias ? context.Parameter(bias) : null);

    /// <summary>A linear layer over [T, N, E].</summary>
    public static GraphValue Linear(ConversionContext context, GraphValue input, GraphValue weight, GraphValue? bias)
    {
        var product = context.Add("MatMul", [input, context.Permute(weight, [1, 0])]);
        return bias is null ? product : context.Add("Add", [product, bias]);
    }

    /// <summary>A normalisation over the last dimension; what has no such parameters passes its input on.</summary>
    public static GraphValue Norm(ConversionContext context, GraphValue input, NativeParameters parameters) =>
        parameters.Find("weight") is not { } weight
            ? input
            : LayerNormConverter.Normalise(
                context, input, weight.shape, context.Parameter(weight), context.Parameter(parameters["bias"]), NormEpsilon);

    /// <summary>x · Φ(x).</summary>
    public static GraphValue Gelu(ConversionContext context, GraphValue input)
    {
        var gate = context.Add("Erf", context.Add("Div", [input, context.Constant(Math.Sqrt(2))]));
        var twice = context.Add("Add", [gate, context.Constant(1.0)]);
        return context.Add("Mul", [context.Add("Mul", [input, twice]), context.Constant(0.5)]);
    }
}
