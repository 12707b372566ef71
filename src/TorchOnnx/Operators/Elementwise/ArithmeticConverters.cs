using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Arithmetic between tensors and numbers.</summary>
internal static class ArithmeticConverters
{
    private static readonly OnnxAttribute SignOfDividend = new("fmod", 1);

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.add), context => Scaled("Add", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.sub), context => Scaled("Sub", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.mul), context => Elementwise.Binary(context, "Mul"))
        .AddMethod(typeof(Tensor), nameof(Tensor.div), Divide)
        .AddMethod(typeof(Tensor), nameof(Tensor.true_divide), context => Elementwise.Binary(context, "Div"))
        .AddMethod(typeof(Tensor), nameof(Tensor.floor_divide), context => Of(context, FloorQuotient))
        .AddMethod(typeof(Tensor), nameof(Tensor.remainder), context => Of(context, Remainder))
        .AddMethod(typeof(Tensor), nameof(Tensor.fmod), context => Of(context, TruncatedRemainder))
        .AddMethod(typeof(Tensor), nameof(Tensor.pow), context => Elementwise.Binary(context, "Pow"))
        .AddMethod(typeof(Tensor), nameof(Tensor.float_power), context => Elementwise.Binary(context, "Pow"))
        .AddMethod(typeof(Tensor), nameof(Tensor.ldexp), context => Of(context, (_, left, right, type) =>
            context.Add("Mul", [left, context.Add("Pow", [context.Constant(2, type), right])])))
        .AddMethod(typeof(Tensor), nameof(Tensor.addcmul), context => WithProduct("Mul", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.addcdiv), context => WithProduct("Div", context))
        .AddMethod(typeof(Tensor), nameof(Tensor.lerp), Interpolate);

    private static GraphValue Of(
        ConversionContext context, Func<ConversionContext, GraphValue, GraphValue, ScalarType, GraphValue> calculate) =>
        Elementwise.Calculate(context, type => calculate(
            context, Elementwise.Operand(context, "this"), Elementwise.Operand(context, Elementwise.Other(context)), type));

    private static GraphValue Scaled(string opType, ConversionContext context) => Of(context, (_, left, right, type) =>
    {
        if (context.Given("alpha")) right = context.Add("Mul", [right, Elementwise.Operand(context, "alpha")]);
        return context.Add(opType, [left, right]);
    });

    private static GraphValue Divide(ConversionContext context) => context.Argument("rounding_mode") switch
    {
        RoundingMode.floor => Of(context, FloorQuotient),
        RoundingMode.trunc => Of(context, (_, left, right, type) =>
            RoundingConverters.Truncate(context, context.Add("Div", [left, right]), type)),
        _ => Elementwise.Binary(context, "Div"),
    };

    // Not the rounded quotient: 1 divided by 0.1 is 10, and 0.1 goes into 1 only 9 times.
    private static GraphValue FloorQuotient(ConversionContext context, GraphValue left, GraphValue right, ScalarType type)
    {
        var exact = context.Add("Div", [context.Add("Sub", [left, Remainder(context, left, right, type)]), right]);
        if (!Elementwise.IsFloating(type)) return exact;
        var isZero = context.Add("Equal", [right, context.Constant(0, type)]);
        return context.Add("Where", [isZero, context.Add("Div", [left, right]), Nearest(context, exact, type)]);
    }

    // The quotient is a whole number but for the rounding of the division; halves go down.
    private static GraphValue Nearest(ConversionContext context, GraphValue quotient, ScalarType type)
    {
        var floor = context.Add("Floor", quotient);
        var isAbove = context.Add(
            "Greater", [context.Add("Sub", [quotient, floor]), context.Constant(0.5, type)]);
        return context.Add("Add", [floor, context.Cast(isAbove, type)]);
    }

    // With the sign of the divisor, which ONNX's Mod gives for integers only.
    private static GraphValue Remainder(ConversionContext context, GraphValue left, GraphValue right, ScalarType type)
    {
        if (!Elementwise.IsFloating(type)) return context.Add("Mod", [left, right]);
        var zero = context.Constant(0, type);
        var rest = TruncatedRemainder(context, left, right, type);
        var differs = context.Add(
            "Xor", [context.Add("Less", [rest, zero]), context.Add("Less", [right, zero])]);
        var isLeft = context.Add("Not", context.Add("Equal", [rest, zero]));
        return context.Add(
            "Where", [context.Add("And", [differs, isLeft]), context.Add("Add", [rest, right]), rest]);
    }

    private static GraphValue TruncatedRemainder(
        ConversionContext context, GraphValue left, GraphValue right, ScalarType type) =>
        context.Add("Mod", [left, right], SignOfDividend);

    private static GraphValue WithProduct(string opType, ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var product = context.Add(
            opType, [Elementwise.Operand(context, "tensor1"), Elementwise.Operand(context, "tensor2")]);
        if (context.Given("value")) product = context.Add("Mul", [Elementwise.Operand(context, "value"), product]);
        return context.Add("Add", [Elementwise.Operand(context, "this"), product]);
    });

    private static GraphValue Interpolate(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var start = Elementwise.Operand(context, "this");
        var way = context.Add("Sub", [Elementwise.Operand(context, "end"), start]);
        return context.Add("Add", [start, context.Add("Mul", [Elementwise.Operand(context, "weight"), way])]);
    });
}
