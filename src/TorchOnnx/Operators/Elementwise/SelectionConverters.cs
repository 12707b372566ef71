using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Choices between two values, element by element.</summary>
internal static class SelectionConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.where), context => Select(context, "condition", "this", "y"))
        .AddMethod(typeof(Tensor), nameof(Tensor.masked_fill), context => Select(context, "mask", "value", "this"))
        .AddMethod(typeof(Tensor), nameof(Tensor.heaviside), Step)
        .AddMethod(typeof(Tensor), nameof(Tensor.nan_to_num), WithoutSpecials);

    private static GraphValue Select(ConversionContext context, string condition, string then, string otherwise) =>
        Elementwise.Calculate(context, _ => Choose(
            context,
            context.Operand(condition, ScalarType.Bool),
            Elementwise.Operand(context, then),
            Elementwise.Operand(context, otherwise)));

    private static GraphValue Choose(
        ConversionContext context, GraphValue condition, GraphValue then, GraphValue otherwise) =>
        context.Add("Where", [condition, then, otherwise]);

    private static GraphValue Step(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (value, zero) = (Elementwise.Operand(context, "this"), context.Constant(0, type));
        var isPositive = context.Cast(context.Add("Greater", [value, zero]), type);
        return Choose(context, context.Add("Equal", [value, zero]), Elementwise.Operand(context, "other"), isPositive);
    });

    private static GraphValue WithoutSpecials(ConversionContext context)
    {
        var type = context.InputType;
        var (nan, above, below) = (context.Number("nan", 0), Bound("posinf"), Bound("neginf"));
        if (!Elementwise.IsFloating(type)) return context.Input;
        var (low, high) = type switch
        {
            ScalarType.Float32 => (float.MinValue, float.MaxValue),
            ScalarType.Float64 => (double.MinValue, double.MaxValue),
            _ => throw context.Refuse($"what is no number is replaced in float32 and float64 only, not in {type}",
                "Convert the tensor to float32 first"),
        };
        var value = Choose(context, context.Add("IsNaN", context.Input), context.Constant(nan, type), context.Input);
        value = Infinity("detect_negative", above ?? high);
        return Infinity("detect_positive", below ?? low);

        double? Bound(string parameter) => context.Given(parameter) ? context.Number(parameter) : null;

        GraphValue Infinity(string switchedOff, double bound) => Choose(
            context,
            context.Add("IsInf", context.Input, new OnnxAttribute(switchedOff, 0)),
            context.Constant(bound, type),
            value);
    }
}
