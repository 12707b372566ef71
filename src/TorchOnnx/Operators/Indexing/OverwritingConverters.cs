using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Calls that give all elements of a tensor new values.</summary>
internal static class OverwritingConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.zero_), context => Fill(context, context.Constant(0, context.OutputType)))
        .AddMethod(typeof(Tensor), nameof(Tensor.fill_), context => Fill(context, context.Operand("value", context.OutputType)))
        .AddMethod(typeof(Tensor), nameof(Tensor.copy_), context => Fill(context, context.Operand("source", context.OutputType)));

    private static GraphValue Fill(ConversionContext context, GraphValue value)
    {
        // Nothing of what was there before is left.
        context.Tensor("this");
        return context.Add("Expand", [value, context.Sizes(context.OutputShape)]);
    }
}
