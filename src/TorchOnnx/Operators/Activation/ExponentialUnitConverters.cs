using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Activations that are exponential below 0.</summary>
internal static class ExponentialUnitConverters
{
    // Klambauer et al., "Self-Normalizing Neural Networks", 2017: the fixed point for mean 0 and variance 1.
    private const double SeluAlpha = 1.6732632423543772848170429916717;
    private const double SeluScale = 1.0507009873554804934193349852946;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ELU>((module, context) => Elu(module.alpha, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.elu), General)
        .Add<CELU>((module, context) => Celu(module.alpha, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.celu), context => Celu(context.Number("alpha", 1), context))
        .Add<SELU>((_, context) => Selu(context))
        .AddMethod(typeof(Tensor), nameof(Tensor.selu), Selu);

    private static GraphValue Elu(double alpha, ConversionContext context) =>
        context.Add("Elu", context.Input, new OnnxAttribute("alpha", alpha));

    private static GraphValue Celu(double alpha, ConversionContext context) =>
        context.Add("Celu", context.Input, new OnnxAttribute("alpha", alpha));

    private static GraphValue Selu(ConversionContext context) => context.Add(
        "Selu", context.Input, new OnnxAttribute("alpha", SeluAlpha), new OnnxAttribute("gamma", SeluScale));

    private static GraphValue General(ConversionContext context)
    {
        double scale = context.Number("scale", 1);
        if (context.MethodName == "elu_" && !context.Given("scale"))
            throw context.Refuse(
                "this version of TorchSharp's elu_ changes nothing when it is given alpha alone", "Use elu in its place");
        if (context.Number("input_scale", 1) != 1)
            throw context.Refuse("ONNX's Elu has no input_scale", "Leave input_scale at 1");
        var result = Elu(context.Number("alpha"), context);
        return scale == 1 ? result : PointwiseConverters.Times(context, result, scale, context.OutputType);
    }
}
