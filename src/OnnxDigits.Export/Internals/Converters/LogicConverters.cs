using static TorchSharp.torch;

namespace OnnxDigits.Export.Internals.Converters;

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
                .AddMethod(typeof(Tensor), $"logical_{name}", context => Truth(context,
                    context.Add(operation, [context.Operand("this", ScalarType.Bool), context.Operand("other", ScalarType.Bool)])))
                .AddMethod(typeof(Tensor), $"bitwise_{name}", context => Bits(context, operation, "this", "other"));
        }
        registry
            .AddMethod(typeof(Tensor), nameof(Tensor.logical_not), context => Truth(context,
                context.Add("Not", context.Operand("this", ScalarType.Bool))))
            .AddMethod(typeof(Tensor), nameof(Tensor.bitwise_not), context => Bits(context, "Not", "this"));
    }

    private static GraphValue Truth(ConversionContext context, GraphValue flags) =>
        context.OutputType == ScalarType.Bool ? flags : context.Cast(flags, context.OutputType);

    private static GraphValue Bits(ConversionContext context, string operation, params string[] parameters)
    {
        bool isFlag = context.OutputType == ScalarType.Bool;
        if (!isFlag && context.Opset < FirstWithBits)
            throw context.Refuse(
                $"opset {context.Opset} has no operator for the bits of integers", $"Export with opset {FirstWithBits} or later");
        GraphValue?[] operands = [.. parameters.Select(parameter => context.Operand(parameter, context.OutputType))];
        return context.Add(isFlag ? operation : $"Bitwise{operation}", operands);
    }
}
