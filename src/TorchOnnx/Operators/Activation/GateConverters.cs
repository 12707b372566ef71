using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for activations that multiply their input by a gate.</summary>
internal static class GateConverters
{
    private const int FirstOpsetWithOutputCount = 18;

    public static GraphValue Silu(ConversionContext context) =>
        context.Add("Mul", [context.Input, context.Add("Sigmoid", context.Input)]);

    public static GraphValue Hardswish(ConversionContext context) =>
        context.Add("Mul", [context.Input, RectifierConverters.Hardsigmoid(context)]);

    public static GraphValue Mish(ConversionContext context) =>
        context.Add("Mul", [context.Input, context.Add("Tanh", context.Add("Softplus", context.Input))]);

    public static GraphValue Glu(ConversionContext context, long axis)
    {
        var along = new OnnxAttribute("axis", axis);
        var halves = context.Opset < FirstOpsetWithOutputCount
            ? context.AddMany("Split", [context.Input], 2, along)
            : context.AddMany("Split", [context.Input], 2, along, new OnnxAttribute("num_outputs", 2));
        return context.Add("Mul", [halves[0], context.Add("Sigmoid", halves[1])]);
    }

    public static GraphValue Gelu(ConversionContext context, GELU.Approximate approximate) =>
        Gelu(context, context.Input, approximate, context.InputType);

    // x · Φ(x), exact or approximated by tanh: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
    public static GraphValue Gelu(
        ConversionContext context, GraphValue input, GELU.Approximate approximate, ScalarType type)
    {
        var gate = approximate == GELU.Approximate.tanh
            ? TanhGate(context, input, type)
            : ErfGate(context, input, type);
        var twice = context.Add("Add", [gate, context.Constant(1, type)]);
        return Elementwise.Times(context, context.Add("Mul", [input, twice]), 0.5, type);
    }

    private static GraphValue ErfGate(ConversionContext context, GraphValue input, ScalarType type) =>
        context.Add("Erf", context.Add("Div", [input, context.Constant(Math.Sqrt(2), type)]));

    private static GraphValue TanhGate(ConversionContext context, GraphValue input, ScalarType type)
    {
        var cube = context.Add("Mul", [context.Add("Mul", [input, input]), input]);
        var inner = context.Add("Add", [input, Elementwise.Times(context, cube, 0.044715, type)]);
        return context.Add("Tanh", Elementwise.Times(context, inner, Math.Sqrt(2 / Math.PI), type));
    }
}
