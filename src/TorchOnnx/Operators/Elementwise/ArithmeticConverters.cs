using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for arithmetic with two or more operands.</summary>
internal static class ArithmeticConverters
{
    // With fmod = 1, ONNX's Mod takes the sign of the dividend.
    private static readonly OnnxAttribute Truncated = new("fmod", 1);

    public static GraphValue Add(ConversionContext context) => Scaled(context, "Add");

    public static GraphValue Sub(ConversionContext context) => Scaled(context, "Sub");

    public static GraphValue Div(ConversionContext context) => context.Argument("rounding_mode") switch
    {
        RoundingMode.floor => FloorDivide(context),
        RoundingMode.trunc => Elementwise.Binary(context, (left, right, type) =>
            UnaryConverters.Trunc(context, context.Add("Div", [left, right]), type)),
        _ => Elementwise.Binary(context, "Div"),
    };

    // (left − remainder) / right. The floor of the quotient is wrong: 1 / 0.1 is 10, but 0.1 fits into 1 only 9 times.
    public static GraphValue FloorDivide(ConversionContext context) =>
        Elementwise.Binary(context, (left, right, type) =>
        {
            var remainder = Remainder(context, left, right, type);
            var exact = context.Add("Div", [context.Add("Sub", [left, remainder]), right]);
            if (!Elementwise.IsFloating(type)) return exact;
            var isZero = context.Add("Equal", [right, context.Constant(0, type)]);
            return context.Add(
                "Where", [isZero, context.Add("Div", [left, right]), RoundHalfDown(context, exact, type)]);
        });

    public static GraphValue Remainder(ConversionContext context) =>
        Elementwise.Binary(context, (left, right, type) => Remainder(context, left, right, type));

    public static GraphValue Fmod(ConversionContext context) =>
        Elementwise.Binary(context, (left, right, _) => context.Add("Mod", [left, right], Truncated));

    public static GraphValue Ldexp(ConversionContext context) => Elementwise.Binary(context, (left, right, type) =>
        context.Add("Mul", [left, context.Add("Pow", [context.Constant(2, type), right])]));

    public static GraphValue AddProduct(ConversionContext context, string opType) =>
        Elementwise.Calculate(context, type =>
        {
            var product = context.Add(
                opType, [Elementwise.Operand(context, "tensor1"), Elementwise.Operand(context, "tensor2")]);
            if (context.Given("value")) product = context.Add("Mul", [Elementwise.Operand(context, "value"), product]);
            return context.Add("Add", [Elementwise.Operand(context, "this"), product]);
        });

    public static GraphValue Lerp(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var start = Elementwise.Operand(context, "this");
        var distance = context.Add("Sub", [Elementwise.Operand(context, "end"), start]);
        return context.Add("Add", [start, context.Add("Mul", [Elementwise.Operand(context, "weight"), distance])]);
    });

    public static GraphValue Atan2(ConversionContext context) =>
        Elementwise.Binary(context, (y, x, type) => Atan2(context, y, x, type));

    // Atan(y / x) can be off by half a turn, and is NaN at the origin.
    public static GraphValue Atan2(ConversionContext context, GraphValue y, GraphValue x, ScalarType type)
    {
        var zero = context.Constant(0, type);
        var half = context.Add(
            "Where",
            [context.Add("Less", [y, zero]), context.Constant(-Math.PI, type), context.Constant(Math.PI, type)]);
        var turn = context.Add("Where", [context.Add("Less", [x, zero]), half, zero]);
        var isFlat = context.Add("Equal", [y, zero]);
        var angle = context.Add("Where", [isFlat, zero, context.Add("Atan", context.Add("Div", [y, x]))]);
        return context.Add("Add", [angle, turn]);
    }

    // longer · √(1 + (shorter / longer)²) cannot overflow. The ratio of two zeros or infinities would be NaN.
    public static GraphValue Hypot(ConversionContext context) => Elementwise.Calculate(context, type =>
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

    // max + log(1 + e^−|left − right|) cannot overflow. The difference of two equal infinities would be NaN.
    public static GraphValue LogAddExp(ConversionContext context) => Elementwise.Binary(context, (left, right, type) =>
    {
        var distance = context.Add("Abs", context.Add("Sub", [left, right]));
        var correction = context.Add("Where",
        [
            context.Add("Equal", [left, right]),
            context.Constant(Math.Log(2), type),
            context.Add("Softplus", context.Add("Neg", distance)),
        ]);
        return context.Add("Add", [context.Add("Max", [left, right]), correction]);
    });

    public static GraphValue Xlogy(ConversionContext context) =>
        TimesLog(context, "this", (value, _) => context.Add("Log", value));

    public static GraphValue Xlog1py(ConversionContext context) =>
        TimesLog(context, "input", (value, type) => UnaryConverters.Log1p(context, value, type));

    private static GraphValue Scaled(ConversionContext context, string opType) =>
        Elementwise.Binary(context, (left, right, _) =>
        {
            if (context.Given("alpha")) right = context.Add("Mul", [right, Elementwise.Operand(context, "alpha")]);
            return context.Add(opType, [left, right]);
        });

    // The result has the divisor's sign, which ONNX's Mod gives only for integers.
    private static GraphValue Remainder(ConversionContext context, GraphValue left, GraphValue right, ScalarType type)
    {
        if (!Elementwise.IsFloating(type)) return context.Add("Mod", [left, right]);
        var zero = context.Constant(0, type);
        var rest = context.Add("Mod", [left, right], Truncated);
        var differs = context.Add(
            "Xor", [context.Add("Less", [rest, zero]), context.Add("Less", [right, zero])]);
        var isNonZero = context.Add("Not", context.Add("Equal", [rest, zero]));
        return context.Add(
            "Where", [context.Add("And", [differs, isNonZero]), context.Add("Add", [rest, right]), rest]);
    }

    // Rounds a quotient that is an integer except for the rounding error of the division.
    private static GraphValue RoundHalfDown(ConversionContext context, GraphValue quotient, ScalarType type)
    {
        var floor = context.Add("Floor", quotient);
        var isAbove = context.Add(
            "Greater", [context.Add("Sub", [quotient, floor]), context.Constant(0.5, type)]);
        return context.Add("Add", [floor, context.Cast(isAbove, type)]);
    }

    // 0 if the factor is 0, even if the logarithm is infinite or NaN.
    private static GraphValue TimesLog(
        ConversionContext context, string factor, Func<GraphValue, ScalarType, GraphValue> log) =>
        Elementwise.Calculate(context, type =>
        {
            var left = Elementwise.Operand(context, factor);
            var right = Elementwise.Operand(context, Elementwise.Other(context));
            var zero = context.Constant(0, type);
            var product = context.Add("Mul", [left, log(right, type)]);
            return context.Add("Where", [context.Add("Equal", [left, zero]), zero, product]);
        });
}
