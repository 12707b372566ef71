namespace TorchOnnx.Operators;

/// <summary>Converters for normalization over neighbouring channels.</summary>
internal static class LocalResponseNormConverters
{
    // x / (k + α · mean of x² over neighbouring channels)^β. ONNX Runtime's LRN refuses even sizes.
    public static GraphValue LocalResponseNorm(
        ConversionContext context, long size, double alpha, double beta, double k)
    {
        int spatial = context.InputShape.Count - 2;
        if (spatial is not (1 or 2))
        {
            throw context.Refuse(
                $"the input has {spatial} spatial dimensions, and local_response_norm supports 1 or 2",
                "Reshape the input to [N, C, L] or [N, C, H, W] first");
        }

        // Pools over the channels as the first spatial dimension.
        long[] ones = [.. Enumerable.Repeat(1L, spatial)], zeros = new long[spatial];
        var axis = context.Constant([1L]);
        var squares = context.Add("Unsqueeze", [context.Add("Mul", [context.Input, context.Input]), axis]);
        var means = context.Add(
            "AveragePool",
            squares,
            new OnnxAttribute("count_include_pad", 1),
            new OnnxAttribute("kernel_shape", [size, .. ones]),
            new OnnxAttribute("pads", [size / 2, .. zeros, (size - 1) / 2, .. zeros]));
        var scaled = context.Add("Mul", [context.Add("Squeeze", [means, axis]), context.Constant(alpha)]);
        var @base = context.Add("Add", [scaled, context.Constant(k)]);
        return context.Add("Div", [context.Input, context.Add("Pow", [@base, context.Constant(beta)])]);
    }
}
