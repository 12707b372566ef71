using static TorchSharp.torch;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>The four arithmetic operations between tensors and numbers.</summary>
internal static class ArithmeticConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.add), context => Binary("Add", context, scaled: true))
        .AddMethod(typeof(Tensor), nameof(Tensor.sub), context => Binary("Sub", context, scaled: true))
        .AddMethod(typeof(Tensor), nameof(Tensor.mul), context => Binary("Mul", context));

    // The other operand is called "target" where it is a tensor and "scalar" where it is a number.
    private static GraphValue Binary(string opType, ConversionContext context, bool scaled = false)
    {
        var type = context.OutputType;
        var left = context.Cast(context.Tensor("this"), type);
        var right = context.Operand(context.Given("target") ? "target" : "scalar", type);
        if (scaled && context.Given("alpha")) right = context.Add("Mul", [right, context.Operand("alpha", type)]);
        return context.Add(opType, [left, right]);
    }
}
