using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters that choose between values element by element: where, minima and maxima, bounds.</summary>
internal static class SelectionConverters
{
    public static GraphValue Where(ConversionContext context, string condition, string then, string otherwise) =>
        Elementwise.Calculate(context, _ => context.Add(
            "Where",
            [
                context.Operand(condition, ScalarType.Bool), Elementwise.Operand(context, then),
                Elementwise.Operand(context, otherwise),
            ]));

    public static GraphValue Clamp(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var value = Elementwise.Operand(context, "this");
        var low = context.Given("min") ? Elementwise.Operand(context, "min") : null;
        var high = context.Given("max") ? Elementwise.Operand(context, "max") : null;
        // ONNX's Clip takes only scalar bounds.
        if (!context.IsTensor("min") && !context.IsTensor("max")) return context.Add("Clip", [value, low, high]);
        if (low is not null) value = context.Add("Max", [value, low]);
        return high is null ? value : context.Add("Min", [value, high]);
    });

    // fmax and fmin ignore NaN: they return the other operand.
    public static GraphValue IgnoreNaN(ConversionContext context, string opType) =>
        Elementwise.Binary(context, (left, right, type) =>
        {
            var extremum = context.Add(opType, [left, right]);
            if (!Elementwise.IsFloating(type)) return extremum;
            var unlessRight = context.Add("Where", [context.Add("IsNaN", right), left, extremum]);
            return context.Add("Where", [context.Add("IsNaN", left), right, unlessRight]);
        });

    // 1 / y distinguishes −0 from 0.
    public static GraphValue CopySign(ConversionContext context) => Elementwise.Binary(context, (value, sign, type) =>
    {
        var zero = context.Constant(0, type);
        var isNegativeZero = context.Add("And",
        [
            context.Add("Equal", [sign, zero]), context.Add("Less", [context.Add("Reciprocal", sign), zero]),
        ]);
        var isNegative = context.Add("Or", [context.Add("Less", [sign, zero]), isNegativeZero]);
        var size = context.Add("Abs", value);
        return context.Add("Where", [isNegative, context.Add("Neg", size), size]);
    });

    public static GraphValue Heaviside(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (value, zero) = (Elementwise.Operand(context, "this"), context.Constant(0, type));
        var isPositive = context.Cast(context.Add("Greater", [value, zero]), type);
        return context.Add(
            "Where", [context.Add("Equal", [value, zero]), Elementwise.Operand(context, "other"), isPositive]);
    });

    public static GraphValue NanToNum(ConversionContext context)
    {
        var type = context.InputType;
        var (nan, above, below) = (context.Number("nan", 0), Bound("posinf"), Bound("neginf"));
        if (!Elementwise.IsFloating(type)) return context.Input;
        var (low, high) = type switch
        {
            ScalarType.Float32 => (float.MinValue, float.MaxValue),
            ScalarType.Float64 => (double.MinValue, double.MaxValue),
            _ => throw context.Refuse(
                $"nan_to_num supports Float32 and Float64, not {type}", "Convert the tensor to Float32 first"),
        };
        var value = context.Add(
            "Where", [context.Add("IsNaN", context.Input), context.Constant(nan, type), context.Input]);
        value = ReplaceInfinity("detect_negative", above ?? high);
        return ReplaceInfinity("detect_positive", below ?? low);

        double? Bound(string parameter) => context.Given(parameter) ? context.Number(parameter) : null;

        GraphValue ReplaceInfinity(string switchedOff, double bound) => context.Add(
            "Where",
            [
                context.Add("IsInf", context.Input, new OnnxAttribute(switchedOff, 0)),
                context.Constant(bound, type), value,
            ]);
    }
}
