using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for elementwise functions of one operand that need more than one ONNX operator.</summary>
internal static class UnaryConverters
{
    public static GraphValue Rsqrt(ConversionContext context) =>
        Apply(context, (value, _) => context.Add("Reciprocal", context.Add("Sqrt", value)));

    public static GraphValue Exp2(ConversionContext context) =>
        Apply(context, (value, type) => context.Add("Pow", [context.Constant(2, type), value]));

    // eˣ − 1 = tanh(x/2) · (eˣ + 1), which is accurate near 0.
    public static GraphValue Expm1(ConversionContext context) => Apply(context, (value, type) => context.Add(
        "Mul",
        [
            context.Add("Tanh", Elementwise.Times(context, value, 0.5, type)),
            context.Add("Add", [context.Add("Exp", value), context.Constant(1, type)]),
        ]));

    public static GraphValue Log1p(ConversionContext context) =>
        Apply(context, (value, type) => Log1p(context, value, type));

    // log(1 + x) = 2 artanh(x / (2 + x)), which is accurate near 0.
    public static GraphValue Log1p(ConversionContext context, GraphValue value, ScalarType type)
    {
        var ratio = context.Add("Div", [value, context.Add("Add", [value, context.Constant(2, type)])]);
        var near = Elementwise.Times(context, context.Add("Atanh", ratio), 2, type);
        var far = context.Add("Log", context.Add("Add", [value, context.Constant(1, type)]));
        var isNear = context.Add("Less", [context.Add("Abs", value), context.Constant(0.5, type)]);
        return context.Add("Where", [isNear, near, far]);
    }

    public static GraphValue Log(ConversionContext context, double @base) => Apply(context, (value, type) =>
        Elementwise.Times(context, context.Add("Log", value), 1 / Math.Log(@base), type));

    public static GraphValue Erfc(ConversionContext context) => Apply(context, (value, type) =>
        context.Add("Sub", [context.Constant(1, type), context.Add("Erf", value)]));

    // The cumulative distribution function of the standard normal distribution.
    public static GraphValue Ndtr(ConversionContext context) => Apply(context, (value, type) =>
    {
        var erf = context.Add("Erf", Elementwise.Times(context, value, Math.Sqrt(0.5), type));
        return Elementwise.Times(context, context.Add("Add", [erf, context.Constant(1, type)]), 0.5, type);
    });

    public static GraphValue Scale(ConversionContext context, double factor) =>
        Apply(context, (value, type) => Elementwise.Times(context, value, factor, type));

    // sin(πx) / πx, and 1 at 0.
    public static GraphValue Sinc(ConversionContext context) => Apply(context, (value, type) =>
    {
        var angle = Elementwise.Times(context, value, Math.PI, type);
        var isZero = context.Add("Equal", [value, context.Constant(0, type)]);
        var ratio = context.Add("Div", [context.Add("Sin", angle), angle]);
        return context.Add("Where", [isZero, context.Constant(1, type), ratio]);
    });

    public static GraphValue Logit(ConversionContext context) => Apply(context, (value, type) =>
    {
        if (context.Given("eps"))
        {
            double eps = context.Number("eps");
            value = context.Add("Clip", [value, context.Constant(eps, type), context.Constant(1 - eps, type)]);
        }
        var rest = context.Add("Sub", [context.Constant(1, type), value]);
        return context.Add("Log", context.Add("Div", [value, rest]));
    });

    // −x log x for x > 0, 0 at 0, and −∞ for x < 0.
    public static GraphValue Entr(ConversionContext context) => Apply(context, (value, type) =>
    {
        var zero = context.Constant(0, type);
        var entropy = context.Add("Neg", context.Add("Mul", [value, context.Add("Log", value)]));
        var fromZero = context.Add("Where", [context.Add("Equal", [value, zero]), zero, entropy]);
        return context.Add(
            "Where", [context.Add("Less", [value, zero]), context.Constant(double.NegativeInfinity, type), fromZero]);
    });

    // π for negative numbers, and 0 for the others.
    public static GraphValue Angle(ConversionContext context) => Apply(context, (value, type) => Elementwise.Times(
        context, context.Cast(context.Add("Less", [value, context.Constant(0, type)]), type), Math.PI, type));

    public static GraphValue Floor(ConversionContext context) =>
        Round(context, (value, _) => context.Add("Floor", value));

    public static GraphValue Ceil(ConversionContext context) =>
        Round(context, (value, _) => context.Add("Ceil", value));

    public static GraphValue Trunc(ConversionContext context) =>
        Round(context, (value, type) => Trunc(context, value, type));

    // Sign times Floor keeps the sign of a result that is 0.
    public static GraphValue Trunc(ConversionContext context, GraphValue value, ScalarType type) =>
        !Elementwise.IsFloating(type) ? value : context.Add(
            "Mul", [context.Add("Sign", value), context.Add("Floor", context.Add("Abs", value))]);

    public static GraphValue Frac(ConversionContext context) => Round(context, (value, type) =>
        context.Add("Sub", [value, Trunc(context, value, type)]));

    // Both torch and ONNX round halves to even.
    public static GraphValue Round(ConversionContext context) => Round(context, (value, type) =>
    {
        long decimals = context.Integer("decimals", 0);
        if (decimals == 0) return context.Add("Round", value);
        var power = context.Constant(Math.Pow(10, Math.Abs(decimals)), type);
        var (scale, unscale) = decimals > 0 ? ("Mul", "Div") : ("Div", "Mul");
        return context.Add(unscale, [context.Add("Round", context.Add(scale, [value, power])), power]);
    });

    private static GraphValue Apply(ConversionContext context, Func<GraphValue, ScalarType, GraphValue> function) =>
        Elementwise.Calculate(context, type => function(context.Cast(context.Input, type), type));

    // Rounding leaves integers unchanged, and ONNX's operators do not accept them.
    private static GraphValue Round(ConversionContext context, Func<GraphValue, ScalarType, GraphValue> round) =>
        Elementwise.IsFloating(context.InputType) ? round(context.Input, context.InputType) : context.Input;
}
