using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Converters for complex tensors. A complex result is two values: the real part and the imaginary part.
/// </summary>
internal static class ComplexConverters
{
    /// <summary>Converts the real and the imaginary parts separately, by the converter for real tensors.</summary>
    public static IReadOnlyList<GraphValue> ByParts(ConversionContext context, MultipleMethodConverter converter)
    {
        var real = converter(context.Part(imaginary: false));
        return context.ReturnsComplex
            ? [.. real.Zip(converter(context.Part(imaginary: true))).SelectMany(
                part => (GraphValue[])[part.First, part.Second])]
            : real;
    }

    public static IReadOnlyList<GraphValue> Join(ConversionContext context, string real, string imaginary) =>
        [context.Operand(real, context.OutputType), context.Operand(imaginary, context.OutputType)];

    public static IReadOnlyList<GraphValue> FromPolar(ConversionContext context)
    {
        var type = context.OutputType;
        var (size, angle) = (context.Operand("abs", type), context.Operand("angle", type));
        return
        [
            context.Add("Mul", [size, context.Add("Cos", angle)]),
            context.Add("Mul", [size, context.Add("Sin", angle)]),
        ];
    }

    public static IReadOnlyList<GraphValue> FromReal(ConversionContext context)
    {
        var pairs = context.Tensor("this");
        return [Taken(0), Taken(1)];

        GraphValue Taken(long part) => context.Gather(pairs, context.Constant(part, ScalarType.Int64), -1);
    }

    public static IReadOnlyList<GraphValue> ToReal(ConversionContext context) => [Stack(context, This(context))];

    /// <summary>Stacks the parts along a new last axis.</summary>
    public static GraphValue Stack(ConversionContext context, ComplexValue value) => context.Concat(
        [context.Unsqueeze(value.Real, -1), context.Unsqueeze(value.Imaginary!, -1)], -1);

    public static IReadOnlyList<GraphValue> Real(ConversionContext context) => [This(context).Real];

    public static IReadOnlyList<GraphValue> Imaginary(ConversionContext context) => [This(context).Imaginary!];

    public static IReadOnlyList<GraphValue> Absolute(ConversionContext context) =>
        [context.Add("Sqrt", This(context).Square(context))];

    public static IReadOnlyList<GraphValue> Angle(ConversionContext context)
    {
        var value = This(context);
        return [ArithmeticConverters.Atan2(context, value.Imaginary!, value.Real, context.OutputType)];
    }

    public static IReadOnlyList<GraphValue> Conjugate(ConversionContext context) =>
        This(context).Conjugate(context).Results(context);

    public static IReadOnlyList<GraphValue> Exponential(ConversionContext context)
    {
        var value = This(context);
        var size = context.Add("Exp", value.Real);
        return
        [
            context.Add("Mul", [size, context.Add("Cos", value.Imaginary!)]),
            context.Add("Mul", [size, context.Add("Sin", value.Imaginary!)]),
        ];
    }

    public static IReadOnlyList<GraphValue> Sum(ConversionContext context, string opType)
    {
        var (left, right) = Operands(context);
        if (context.Given("alpha")) right = right.Times(context, context.Complex("alpha"));
        var imaginary = (left.Imaginary, right.Imaginary) switch
        {
            ({ } a, { } b) => context.Add(opType, [a, b]),
            // Adds zeros to broadcast the part.
            ({ } a, null) => context.Add("Add", [a, Zero(context, right.Real)]),
            (_, var b) => context.Add(opType, [Zero(context, left.Real), b]),
        };
        return [context.Add(opType, [left.Real, right.Real]), imaginary];
    }

    public static IReadOnlyList<GraphValue> Product(ConversionContext context)
    {
        var (left, right) = Operands(context);
        return left.Times(context, right).Results(context);
    }

    public static IReadOnlyList<GraphValue> Quotient(ConversionContext context)
    {
        var (left, right) = Operands(context);
        if (right.Imaginary is null)
        {
            return left.Each(part => context.Add("Div", [part, right.Real])).Results(context);
        }
        var square = right.Square(context);
        return left.Times(context, right.Conjugate(context))
            .Each(part => context.Add("Div", [part, square])).Results(context);
    }

    public static IReadOnlyList<GraphValue> MatrixProduct(ConversionContext context, string right) =>
        This(context).Times(context, context.Complex(right), "MatMul").Results(context);

    public static IReadOnlyList<GraphValue> Einsum(ConversionContext context)
    {
        var real = context.Part(imaginary: false).Tensors("tensors");
        var imaginary = context.Part(imaginary: true).Tensors("tensors");
        if (real.Count != 2)
        {
            throw context.Refuse(
                "it isn't the product of two complex tensors", "Multiply two complex tensors at a time");
        }
        return
        [
            context.Add("Sub", [Product(real[0], real[1]), Product(imaginary[0], imaginary[1])]),
            context.Add("Add", [Product(real[0], imaginary[1]), Product(imaginary[0], real[1])]),
        ];

        GraphValue Product(GraphValue left, GraphValue right) =>
            LinearConverters.Sum(context, (string)context.Argument("equation")!, [left, right]);
    }

    private static ComplexValue This(ConversionContext context) => context.Complex("this");

    private static (ComplexValue Left, ComplexValue Right) Operands(ConversionContext context) =>
        (This(context), context.Complex(Elementwise.Other(context)));

    private static GraphValue Zero(ConversionContext context, GraphValue like) =>
        Elementwise.Times(context, like, 0, context.OutputType);
}
