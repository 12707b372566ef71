namespace TorchOnnx.Operators;

/// <summary>Converters for normalization over the last dimensions.</summary>
internal static class LayerNormConverters
{
    private const int FirstOpsetOfLayerNormalization = 17;

    /// <summary>Normalizes over the last dimensions, which have the given shape.</summary>
    public static GraphValue LayerNorm(
        ConversionContext context, GraphValue input, long[] shape, GraphValue? weight, GraphValue? bias, double epsilon)
    {
        if (context.Opset >= FirstOpsetOfLayerNormalization)
        {
            // ONNX requires the scale.
            long elements = shape.Aggregate((a, b) => a * b);
            weight ??= context.Reshape(
                context.Constant([.. Enumerable.Repeat(1f, (int)elements)]), [elements],
                [.. shape.Select(size => (Dimension)size)]);
            return context.Add(
                "LayerNormalization", bias is null ? [input, weight] : [input, weight, bias],
                new OnnxAttribute("axis", -shape.Length), new OnnxAttribute("epsilon", epsilon));
        }

        int[] axes = [.. Enumerable.Range(1, shape.Length).Select(axis => -axis)];
        var centered = context.Add("Sub", [input, context.Reduce("ReduceMean", input, axes, keep: true)]);
        var variance = context.Reduce("ReduceMean", context.Add("Mul", [centered, centered]), axes, keep: true);
        var deviation = context.Add("Sqrt", context.Add("Add", [variance, context.Constant(epsilon)]));
        var result = context.Add("Div", [centered, deviation]);
        if (weight is not null) result = context.Add("Mul", [result, weight]);
        return bias is null ? result : context.Add("Add", [result, bias]);
    }
}
