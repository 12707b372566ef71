using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// x / (k + α · mean of x² over neighbouring channels)^β. Spelled out, because ONNX's LRN is for odd sizes only.
/// </summary>
internal static class LocalResponseNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<LocalResponseNorm>((module, context) => Normalise(context, module.size, module.alpha, module.beta, module.k))
        .AddMethod(typeof(nn.functional), "local_response_norm", context => Normalise(
            context, context.Integer("size"), context.Number("alpha", 1e-4), context.Number("beta", 0.75),
            context.Number("k", 1)));

    private static GraphValue Normalise(ConversionContext context, long size, double alpha, double beta, double k)
    {
        int spatial = context.InputShape.Count - 2;
        if (spatial is not (1 or 2))
            throw context.Refuse(
                $"its input has {spatial} dimensions behind batch and channels, and only 1 or 2 are written",
                "Reshape the input to [N, C, L] or [N, C, H, W] first");

        // The channels become the first spatial dimension of an average pooling.
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
        var basis = context.Add("Add", [scaled, context.Constant(k)]);
        return context.Add("Div", [context.Input, context.Add("Pow", [basis, context.Constant(beta)])]);
    }
}
