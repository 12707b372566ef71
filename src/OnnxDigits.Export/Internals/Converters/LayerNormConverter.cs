using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Normalisation over the last dimensions; one operator since opset 17, spelled out before.</summary>
internal static class LayerNormConverter
{
    private const int FirstOpset = 17;

    public static void AddTo(ConverterRegistry registry) => registry.Add<LayerNorm>(Convert);

    private static GraphValue Convert(LayerNorm module, ConversionContext context)
    {
        var weight = module.weight is null ? null : context.Parameter(module.weight);
        var bias = module.bias is null ? null : context.Parameter(module.bias);
        if (context.Opset >= FirstOpset)
        {
            // The operator cannot do without a scale.
            weight ??= context.Reshape(
                context.Constant([.. Enumerable.Repeat(1f, (int)module.normalized_shape.Aggregate((a, b) => a * b))]),
                [module.normalized_shape.Aggregate((a, b) => a * b)],
                [.. module.normalized_shape.Select(size => (Dimension)size)]);
            return context.Add(
                "LayerNormalization", bias is null ? [context.Input, weight] : [context.Input, weight, bias],
                new OnnxAttribute("axis", -module.normalized_shape.Length), new OnnxAttribute("epsilon", module.eps));
        }

        var axes = new OnnxAttribute("axes", Enumerable.Range(1, module.normalized_shape.Length).Select(axis => -(long)axis));
        var centred = context.Add("Sub", [context.Input, context.Add("ReduceMean", context.Input, axes)]);
        var variance = context.Add("ReduceMean", context.Add("Mul", [centred, centred]), axes);
        var deviation = context.Add("Sqrt", context.Add("Add", [variance, context.Constant(module.eps)]));
        var result = context.Add("Div", [centred, deviation]);
        if (weight is not null) result = context.Add("Mul", [result, weight]);
        return bias is null ? result : context.Add("Add", [result, bias]);
    }
}
