using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for logical and bitwise operations.</summary>
internal static class LogicConverters
{
    private const int FirstOpsetOfBitwise = 18;

    public static GraphValue Logical(ConversionContext context, string opType)
    {
        var flags = context.Add(opType, Operands(context, ScalarType.Bool));
        return context.OutputType == ScalarType.Bool ? flags : context.Cast(flags, context.OutputType);
    }

    public static GraphValue Bitwise(ConversionContext context, string opType)
    {
        if (context.OutputType == ScalarType.Bool) return context.Add(opType, Operands(context, ScalarType.Bool));
        context.RequireOpset(FirstOpsetOfBitwise, $"Bitwise{opType}");
        return context.Add($"Bitwise{opType}", Operands(context, context.OutputType));
    }

    // ONNX shifts only unsigned integers. A left shift uses the bits of a negative number unchanged. A right shift
    // shifts its complement, which gives the complement of the result. In torch, a negative distance shifts all bits
    // out.
    public static GraphValue Shift(ConversionContext context, bool left)
    {
        var (value, distance) = (context.Operand("this", ScalarType.Int64), context.Operand("other", ScalarType.Int64));
        GraphValue zero = context.Constant(0, ScalarType.Int64), most = context.Constant(63, ScalarType.Int64);
        var isOut = context.Add("Or",
            [context.Add("Less", [distance, zero]), context.Add("Greater", [distance, most])]);
        distance = context.Add("Where", [isOut, most, distance]);
        if (left)
        {
            var shifted = context.Add("Where", [isOut, zero, Shifted(value, "LEFT")]);
            return context.Cast(shifted, context.OutputType);
        }
        var isNegative = context.Add("Less", [value, zero]);
        var positive = context.Add("Where", [isNegative, Complement(value), value]);
        var result = Shifted(positive, "RIGHT");
        return context.Cast(context.Add("Where", [isNegative, Complement(result), result]), context.OutputType);

        GraphValue Complement(GraphValue number) =>
            context.Add("Sub", [context.Constant(-1, ScalarType.Int64), number]);

        GraphValue Shifted(GraphValue number, string direction) => context.Cast(
            context.Add("BitShift", [Unsigned(number), Unsigned(distance)], new OnnxAttribute("direction", direction)),
            ScalarType.Int64);

        GraphValue Unsigned(GraphValue number) => context.Add(
            "Cast", number, new OnnxAttribute("to", (long)Onnx.TensorProto.Types.DataType.Uint64));
    }

    private static GraphValue[] Operands(ConversionContext context, ScalarType type) => context.Given("other")
        ? [context.Operand("this", type), context.Operand("other", type)]
        : [context.Operand("this", type)];
}
