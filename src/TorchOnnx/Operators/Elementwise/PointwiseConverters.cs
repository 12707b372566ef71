using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Functions of one number, and some of two, that are applied to each element.</summary>
internal static class PointwiseConverters
{
    private delegate GraphValue Function(ConversionContext context, GraphValue value, ScalarType type);

    private static readonly (string Method, string OpType)[] Operators =
    [
        ("abs", "Abs"), ("neg", "Neg"), ("sign", "Sign"), ("sgn", "Sign"),
        ("reciprocal", "Reciprocal"), ("sqrt", "Sqrt"), ("exp", "Exp"), ("log", "Log"),
        ("erf", "Erf"), ("sigmoid", "Sigmoid"),
        ("sin", "Sin"), ("cos", "Cos"), ("tan", "Tan"), ("asin", "Asin"), ("acos", "Acos"), ("atan", "Atan"),
        ("sinh", "Sinh"), ("cosh", "Cosh"), ("tanh", "Tanh"),
        ("arcsinh", "Asinh"), ("arccosh", "Acosh"), ("arctanh", "Atanh"),
    ];

    private static readonly (string Method, Function Calculate)[] Functions =
    [
        ("rsqrt", (context, value, _) => context.Add("Reciprocal", context.Add("Sqrt", value))),
        ("exp2", (context, value, type) => context.Add("Pow", [context.Constant(2, type), value])),
        ("expm1", ExpMinusOne),
        ("log1p", LogOnePlus),
        ("log2", (context, value, type) => Times(context, context.Add("Log", value), 1 / Math.Log(2), type)),
        ("log10", (context, value, type) => Times(context, context.Add("Log", value), 1 / Math.Log(10), type)),
        ("erfc", (context, value, type) => context.Add("Sub", [context.Constant(1, type), context.Add("Erf", value)])),
        ("deg2rad", (context, value, type) => Times(context, value, Math.PI / 180, type)),
        ("rad2deg", (context, value, type) => Times(context, value, 180 / Math.PI, type)),
        ("sinc", CardinalSine),
        ("logit", Logit),
    ];

    public static void AddTo(ConverterRegistry registry)
    {
        foreach (var (method, opType) in Operators)
            registry.AddMethod(typeof(Tensor), method, context => Elementwise.Unary(context, opType));
        foreach (var (method, calculate) in Functions)
            registry.AddMethod(typeof(Tensor), method, context => Of(context, calculate));
        foreach (string method in (string[])["exp2", "expm1", "erfc", "sinc", "logit"])
            registry.AddMethod(typeof(special), method, context =>
                Of(context, Functions.First(function => function.Method == method).Calculate));
        registry
            .AddMethod(typeof(special), nameof(special.erf), context => Elementwise.Unary(context, "Erf"))
            .AddMethod(typeof(special), nameof(special.expit), context => Elementwise.Unary(context, "Sigmoid"))
            .AddMethod(typeof(special), nameof(special.ndtr), context => Of(context, NormalDistribution))
            .AddMethod(typeof(special), nameof(special.xlog1py), context => TimesLog(context, "input", LogOnePlus))
            .AddMethod(typeof(Tensor), nameof(Tensor.xlogy), context =>
                TimesLog(context, "this", (_, value, _) => context.Add("Log", value)))
            .AddMethod(typeof(Tensor), nameof(Tensor.atan2), Angle)
            .AddMethod(typeof(Tensor), nameof(Tensor.hypot), Hypotenuse)
            .AddMethod(typeof(Tensor), nameof(Tensor.logaddexp), LogAddExp)
            .AddMethod(typeof(special), nameof(special.entr), context => Of(context, Entropy));
    }

    /// <summary>The product with a number.</summary>
    public static GraphValue Times(ConversionContext context, GraphValue value, double factor, ScalarType type) =>
        context.Add("Mul", [value, context.Constant(factor, type)]);

    private static GraphValue Of(ConversionContext context, Function calculate) =>
        Elementwise.Calculate(context, type => calculate(context, context.Cast(context.Input, type), type));

    // eˣ − 1 = tanh(x/2) · (eˣ + 1), which keeps its digits near 0.
    private static GraphValue ExpMinusOne(ConversionContext context, GraphValue value, ScalarType type) => context.Add(
        "Mul",
        [
            context.Add("Tanh", Times(context, value, 0.5, type)),
            context.Add("Add", [context.Add("Exp", value), context.Constant(1, type)]),
        ]);

    // log(1 + x) = 2 artanh(x / (2 + x)), which keeps its digits near 0.
    private static GraphValue LogOnePlus(ConversionContext context, GraphValue value, ScalarType type)
    {
        var ratio = context.Add("Div", [value, context.Add("Add", [value, context.Constant(2, type)])]);
        var near = Times(context, context.Add("Atanh", ratio), 2, type);
        var far = context.Add("Log", context.Add("Add", [value, context.Constant(1, type)]));
        var isNear = context.Add("Less", [context.Add("Abs", value), context.Constant(0.5, type)]);
        return context.Add("Where", [isNear, near, far]);
    }

    private static GraphValue CardinalSine(ConversionContext context, GraphValue value, ScalarType type)
    {
        var angle = Times(context, value, Math.PI, type);
        var isZero = context.Add("Equal", [value, context.Constant(0, type)]);
        var ratio = context.Add("Div", [context.Add("Sin", angle), angle]);
        return context.Add("Where", [isZero, context.Constant(1, type), ratio]);
    }

    private static GraphValue Logit(ConversionContext context, GraphValue value, ScalarType type)
    {
        if (context.Given("eps"))
        {
            double eps = context.Number("eps");
            value = context.Add("Clip", [value, context.Constant(eps, type), context.Constant(1 - eps, type)]);
        }
        var rest = context.Add("Sub", [context.Constant(1, type), value]);
        return context.Add("Log", context.Add("Div", [value, rest]));
    }

    private static GraphValue NormalDistribution(ConversionContext context, GraphValue value, ScalarType type)
    {
        var erf = context.Add("Erf", Times(context, value, Math.Sqrt(0.5), type));
        return Times(context, context.Add("Add", [erf, context.Constant(1, type)]), 0.5, type);
    }

    // −x log x with its limit 0 at 0, and −∞ below.
    private static GraphValue Entropy(ConversionContext context, GraphValue value, ScalarType type)
    {
        var zero = context.Constant(0, type);
        var entropy = context.Add("Neg", context.Add("Mul", [value, context.Add("Log", value)]));
        var fromZero = context.Add("Where", [context.Add("Equal", [value, zero]), zero, entropy]);
        return context.Add(
            "Where", [context.Add("Less", [value, zero]), context.Constant(double.NegativeInfinity, type), fromZero]);
    }

    // 0 where the factor is 0, whatever the logarithm is.
    private static GraphValue TimesLog(ConversionContext context, string factor, Function log) =>
        Elementwise.Calculate(context, type =>
        {
            var left = Elementwise.Operand(context, factor);
            var right = Elementwise.Operand(context, Elementwise.Other(context));
            var zero = context.Constant(0, type);
            var product = context.Add("Mul", [left, log(context, right, type)]);
            return context.Add("Where", [context.Add("Equal", [left, zero]), zero, product]);
        });

    // The quotient knows the angle but for half a turn, and is no number at the origin.
    private static GraphValue Angle(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (y, x) = (Elementwise.Operand(context, "this"), Elementwise.Operand(context, "other"));
        var zero = context.Constant(0, type);
        var half = context.Add(
            "Where", [context.Add("Less", [y, zero]), context.Constant(-Math.PI, type), context.Constant(Math.PI, type)]);
        var turn = context.Add("Where", [context.Add("Less", [x, zero]), half, zero]);
        var isFlat = context.Add("Equal", [y, zero]);
        var angle = context.Add("Where", [isFlat, zero, context.Add("Atan", context.Add("Div", [y, x]))]);
        return context.Add("Add", [angle, turn]);
    });

    // By the ratio of the sides, whose square cannot overflow; two equal zeros or infinities have none.
    private static GraphValue Hypotenuse(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var left = context.Add("Abs", Elementwise.Operand(context, "this"));
        var right = context.Add("Abs", Elementwise.Operand(context, "other"));
        var (longer, shorter) = (context.Add("Max", [left, right]), context.Add("Min", [left, right]));
        var one = context.Constant(1, type);
        var ratio = context.Add(
            "Where", [context.Add("Equal", [left, right]), one, context.Add("Div", [shorter, longer])]);
        var root = context.Add("Sqrt", context.Add("Add", [context.Add("Mul", [ratio, ratio]), one]));
        return context.Add("Mul", [longer, root]);
    });

    // The larger one and a correction that cannot overflow; two equal infinities have no difference.
    private static GraphValue LogAddExp(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (left, right) = (Elementwise.Operand(context, "this"), Elementwise.Operand(context, "other"));
        var distance = context.Add("Abs", context.Add("Sub", [left, right]));
        var correction = context.Add("Where",
        [
            context.Add("Equal", [left, right]),
            context.Constant(Math.Log(2), type),
            context.Add("Softplus", context.Add("Neg", distance)),
        ]);
        return context.Add("Add", [context.Add("Max", [left, right]), correction]);
    });
}
