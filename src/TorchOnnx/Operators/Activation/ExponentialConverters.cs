using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for the exponential linear units, softplus and softmax.</summary>
internal static class ExponentialConverters
{
    // Klambauer et al., "Self-Normalizing Neural Networks", 2017: the fixed point for mean 0 and variance 1.
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    // For larger x, softplus(x) equals x in float32.
    private const double LinearFrom = 20;

    public static GraphValue Elu(ConversionContext context)
    {
        double scale = context.Number("scale", 1);
        if (context.MethodName == "elu_" && !context.Given("scale"))
        {
            throw context.Refuse("this version of TorchSharp ignores the call elu_(alpha)", "Use elu instead of elu_");
        }
        if (context.Number("input_scale", 1) != 1)
        {
            throw context.Refuse("ONNX's Elu has no input_scale", "Leave input_scale at 1");
        }
        var result = Elu(context, context.Number("alpha"));
        return scale == 1 ? result : Elementwise.Times(context, result, scale, context.OutputType);
    }

    public static GraphValue Elu(ConversionContext context, double alpha) =>
        context.Add("Elu", context.Input, new OnnxAttribute("alpha", alpha));

    public static GraphValue Celu(ConversionContext context, double alpha) =>
        context.Add("Celu", context.Input, new OnnxAttribute("alpha", alpha));

    public static GraphValue Selu(ConversionContext context) => context.Add(
        "Selu", context.Input, new OnnxAttribute("alpha", SeluAlpha), new OnnxAttribute("gamma", SeluScale));

    public static GraphValue Softplus(ConversionContext context, double beta, double threshold)
    {
        var type = context.InputType;
        var factor = context.Constant(beta, type);
        var scaled = beta == 1 ? context.Input : context.Add("Mul", [context.Input, factor]);
        var smooth = context.Add("Softplus", scaled);
        if (beta != 1) smooth = context.Add("Div", [smooth, factor]);
        if (threshold >= LinearFrom && type == ScalarType.Float32) return smooth;
        var isLinear = context.Add("Greater", [scaled, context.Constant(threshold, type)]);
        return context.Add("Where", [isLinear, context.Input, smooth]);
    }

    // log σ(x) = −softplus(−x), which does not underflow.
    public static GraphValue LogSigmoid(ConversionContext context) =>
        context.Add("Neg", context.Add("Softplus", context.Add("Neg", context.Input)));

    // The result already has the requested dtype, because TorchSharp converts the input before it reduces.
    public static GraphValue Softmax(ConversionContext context, string opType)
    {
        context.Accept("dtype");
        return Softmax(context, opType, context.Cast(context.Input, context.OutputType), context.Integer("dim"));
    }

    public static GraphValue Softmax(ConversionContext context, string opType, GraphValue input, long axis) =>
        context.Add(opType, input, new OnnxAttribute("axis", axis));
}
