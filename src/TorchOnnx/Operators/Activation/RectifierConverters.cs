using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for piecewise linear activations.</summary>
internal static class RectifierConverters
{
    // ONNX's Relu accepts integers only since opset 14.
    public static GraphValue Relu(ConversionContext context) => Elementwise.IsFloating(context.InputType)
        ? context.Add("Relu", context.Input)
        : Elementwise.Calculate(context, type =>
            context.Add("Max", [context.Cast(context.Input, type), context.Constant(0, type)]));

    public static GraphValue Clip(ConversionContext context, double low, double high) =>
        Elementwise.Calculate(context, type => context.Add(
            "Clip", [context.Cast(context.Input, type), context.Constant(low, type), context.Constant(high, type)]));

    public static GraphValue Hardtanh(ConversionContext context)
    {
        var (low, high) = (context.Number("min"), context.Number("max"));
        bool inPlace = context.MethodName == nameof(Tensor.hardtanh_);
        return Hardtanh(context, low, high, value => inPlace ? value.hardtanh_(low, high) : value.hardtanh(low, high));
    }

    // Hardtanh of TorchSharp 0.107 returns its input unchanged unless it works in place, so test it on a large number.
    public static GraphValue Hardtanh(ConversionContext context, double low, double high, Func<Tensor, Tensor> apply)
    {
        using var outside = tensor(new[] { (float)high + 1 });
        using var result = apply(outside);
        if (result.item<float>() > (float)high)
        {
            throw context.Refuse(
                "this version of TorchSharp clips in Hardtanh only in place", "Pass inplace: true");
        }
        return Clip(context, low, high);
    }

    public static GraphValue LeakyRelu(ConversionContext context, double slope) =>
        context.Add("LeakyRelu", context.Input, new OnnxAttribute("alpha", slope));

    // In eval mode RReLU uses the mean of its random slope.
    public static GraphValue RandomizedRelu(ConversionContext context, double lower, double upper) =>
        LeakyRelu(context, (lower + upper) / 2);

    public static GraphValue Prelu(ConversionContext context, GraphValue slope) => context.Add(
        "PRelu", [context.Input, slope.Shape is [{ Size: > 1 }] ? Spatial.AlongChannels(context, slope) : slope]);

    public static GraphValue Threshold(ConversionContext context, double threshold, double value) =>
        Elementwise.Calculate(context, type =>
        {
            var input = context.Cast(context.Input, type);
            var isBelow = context.Add("LessOrEqual", [input, context.Constant(threshold, type)]);
            return context.Add("Where", [isBelow, context.Constant(value, type), input]);
        });

    public static GraphValue Hardsigmoid(ConversionContext context) => context.Add(
        "HardSigmoid", context.Input, new OnnxAttribute("alpha", 1.0 / 6), new OnnxAttribute("beta", 0.5));

    public static GraphValue Shrink(ConversionContext context, double lambda, double bias) => context.Add(
        "Shrink", context.Input, new OnnxAttribute("bias", bias), new OnnxAttribute("lambd", lambda));
}
