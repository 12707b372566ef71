using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Logic upon flags and upon the bits of integers.</summary>
internal static class LogicConverters
{
    private const int FirstWithBits = 18;

    public static void AddTo(ConverterRegistry registry)
    {
        foreach (string operation in (string[])["And", "Or", "Xor"])
        {
            string name = operation.ToLowerInvariant();
            registry
                .AddMethod(typeof(Tensor), $"logical_{name}", context => Truth(context, operation, "this", "other"))
                .AddMethod(typeof(Tensor), $"bitwise_{name}", context => Bits(context, operation, "this", "other"));
        }
        registry
            .AddMethod(typeof(Tensor), nameof(Tensor.logical_not), context => Truth(context, "Not", "this"))
            .AddMethod(typeof(Tensor), nameof(Tensor.bitwise_not), context => Bits(context, "Not", "this"));
    }

    // Everything but 0 is true, NaN too.
    private static GraphValue Truth(ConversionContext context, string operation, params string[] parameters)
    {
        var flags = context.Add(operation, Operands(context, ScalarType.Bool, parameters));
        return context.OutputType == ScalarType.Bool ? flags : context.Cast(flags, context.OutputType);
    }

    private static GraphValue Bits(ConversionContext context, string operation, params string[] parameters)
    {
        bool isFlag = context.OutputType == ScalarType.Bool;
        if (!isFlag && context.Opset < FirstWithBits)
            throw context.Refuse(
                $"opset {context.Opset} has no operator for the bits of integers",
                $"Export with opset {FirstWithBits} or later");
        string operationOnBits = operation switch
        {
            "And" => "BitwiseAnd",
            "Or" => "BitwiseOr",
            "Xor" => "BitwiseXor",
            _ => "BitwiseNot",
        };
        return context.Add(isFlag ? operation : operationOnBits, Operands(context, context.OutputType, parameters));
    }

    private static GraphValue[] Operands(ConversionContext context, ScalarType type, string[] parameters) =>
        [.. parameters.Select(parameter => context.Operand(parameter, type))];
}
