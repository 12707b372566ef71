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

    private static GraphValue[] Operands(ConversionContext context, ScalarType type) => context.Given("other")
        ? [context.Operand("this", type), context.Operand("other", type)]
        : [context.Operand("this", type)];
}
