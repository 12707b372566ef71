using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Normalisation over the last dimensions; one operator since opset 17, spelled out before.</summary>
internal static class LayerNormConverter
{
    private const int FirstOpset = 17;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<LayerNorm>((module, context) => Normalise(
            context, context.Input, module.normalized_shape, module.weight is null ? null : context.Parameter(module.weight),
            module.bias is null ? null : context.Parameter(module.bias), module.eps))
        .AddMethod(typeof(nn.functional), "layer_norm", context => Normalise(
            context, context.Tensor("input"), context.Integers("normalized_shape"), context.TensorOrNull("weight"),
            context.TensorOrNull("bias"), context.Number("eps", 1e-5)));

    /// <summary>Normalises over the last dimensions, which have the given shape.</summary>
    public static GraphValue Normalise(
        ConversionContext context, GraphValue input, long[] shape, GraphValue? weight, GraphValue? bias, double epsilon)
    {
        if (context.Opset >= FirstOpset)
        {
            // The operator cannot do without a scale.
            long elements = shape.Aggregate((a, b) => a * b);
            weight ??= context.Reshape(
                context.Constant([.. Enumerable.Repeat(1f, (int)elements)]), [elements],
                [.. shape.Select(size => (Dimension)size)]);
            return context.Add(
                "LayerNormalization", bias is null ? [input, weight] : [input, weight, bias],
                new OnnxAttribute("axis", -shape.Length), new OnnxAttribute("epsilon", epsilon));
        }

        int[] axes = [.. Enumerable.Range(1, shape.Length).Select(axis => -axis)];
        var centred = context.Add("Sub", [input, context.Reduce("ReduceMean", input, axes, keep: true)]);
        var variance = context.Reduce("ReduceMean", context.Add("Mul", [centred, centred]), axes, keep: true);
        var deviation = context.Add("Sqrt", context.Add("Add", [variance, context.Constant(epsilon)]));
        var result = context.Add("Div", [centred, deviation]);
        if (weight is not null) result = context.Add("Mul", [result, weight]);
        return bias is null ? result : context.Add("Add", [result, bias]);
    }
}
