using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Piecewise linear activations.</summary>
internal static class RectifierConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ReLU>((_, context) => Rectify(context))
        .AddMethod(typeof(Tensor), nameof(Tensor.relu), Rectify)
        .Add<ReLU6>((_, context) => Clip(0, 6, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.relu6), context => Clip(0, 6, context))
        .Add<Hardtanh>((module, context) => Bounded(module.min_val, module.max_val, module.call, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.hardtanh), Bounded)
        .Add<LeakyReLU>((module, context) => Leaky(module.negative_slope, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.leaky_relu), context => Leaky(context.Number("negative_slope"), context))
        // In eval mode the random slope is its mean.
        .Add<RReLU>((module, context) => Leaky((module.lower + module.upper) / 2, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.rrelu), context =>
            Leaky((context.Number("lower") + context.Number("upper")) / 2, context))
        .Add<PReLU>((module, context) => Parametric(context.Parameter(module.weight), context))
        .AddMethod(typeof(Tensor), nameof(Tensor.prelu), context => Parametric(context.Tensor("target"), context))
        .Add<Threshold>((module, context) => From(module.threshold, module.value, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.threshold), context =>
            From(context.Number("threshold"), context.Number("value"), context));

    // ONNX's Relu takes integers from opset 14 on only.
    private static GraphValue Rectify(ConversionContext context) => Elementwise.IsFloating(context.InputType)
        ? context.Add("Relu", context.Input)
        : Elementwise.Calculate(context, type =>
            context.Add("Max", [context.Cast(context.Input, type), context.Constant(0, type)]));

    // TorchSharp 0.107 returns the input as it is unless it works in place; a version that clips is written.
    private static GraphValue Bounded(double low, double high, Func<Tensor, Tensor> apply, ConversionContext context)
    {
        using var outside = tensor(new[] { (float)high + 1 });
        using var result = apply(outside);
        if (result.item<float>() > (float)high)
            throw context.Refuse(
                "this version of TorchSharp does not clip in Hardtanh unless it works in place",
                "Build it with inplace: true");
        return Clip(low, high, context);
    }

    private static GraphValue Bounded(ConversionContext context)
    {
        var (low, high) = (context.Number("min"), context.Number("max"));
        bool inPlace = context.MethodName == nameof(Tensor.hardtanh_);
        return Bounded(low, high, value => inPlace ? value.hardtanh_(low, high) : value.hardtanh(low, high), context);
    }

    private static GraphValue Clip(double low, double high, ConversionContext context) =>
        Elementwise.Calculate(context, type => context.Add(
            "Clip", [context.Cast(context.Input, type), context.Constant(low, type), context.Constant(high, type)]));

    private static GraphValue Leaky(double slope, ConversionContext context) =>
        context.Add("LeakyRelu", context.Input, new OnnxAttribute("alpha", slope));

    private static GraphValue Parametric(GraphValue weight, ConversionContext context) => context.Add(
        "PRelu",
        [
            context.Input,
            weight.Shape is [{ Size: > 1 }] ? Spatial.AlongChannels(context, weight) : weight,
        ]);

    private static GraphValue From(double threshold, double value, ConversionContext context) =>
        Elementwise.Calculate(context, type =>
        {
            var input = context.Cast(context.Input, type);
            var isBelow = context.Add("LessOrEqual", [input, context.Constant(threshold, type)]);
            return context.Add("Where", [isBelow, context.Constant(value, type), input]);
        });
}
