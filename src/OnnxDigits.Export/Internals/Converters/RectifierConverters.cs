using TorchSharp;
using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Piecewise linear activations.</summary>
internal static class RectifierConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ReLU>((_, context) => context.Add("Relu", context.Input))
        .Add<ReLU6>((_, context) => Clip(0, 6, context))
        .Add<Hardtanh>(Bounded)
        .Add<LeakyReLU>((module, context) => Leaky(module.negative_slope, context))
        // In eval mode the random slope is its mean.
        .Add<RReLU>((module, context) => Leaky((module.lower + module.upper) / 2, context))
        .Add<PReLU>(Parametric)
        .Add<Threshold>((module, context) => context.Add(
            "Where",
            [
                context.Add("Greater", [context.Input, context.Constant(module.threshold)]),
                context.Input,
                context.Constant(module.value),
            ]));

    // TorchSharp 0.107 returns the input as it is when inplace is false; a version that clips is written.
    private static GraphValue Bounded(Hardtanh module, ConversionContext context)
    {
        using var outside = torch.tensor(new[] { (float)module.max_val + 1 });
        using var result = module.call(outside);
        if (result.item<float>() > (float)module.max_val)
            throw context.Refuse(
                "this version of TorchSharp does not clip in Hardtanh unless it works in place", "Build it with inplace: true");
        return Clip(module.min_val, module.max_val, context);
    }

    private static GraphValue Clip(double low, double high, ConversionContext context) =>
        context.Add("Clip", [context.Input, context.Constant(low), context.Constant(high)]);

    private static GraphValue Leaky(double slope, ConversionContext context) =>
        context.Add("LeakyRelu", context.Input, new OnnxAttribute("alpha", slope));

    private static GraphValue Parametric(PReLU module, ConversionContext context) => context.Add(
        "PRelu",
        [
            context.Input,
            module.num_parameters == 1
                ? context.Parameter(module.weight)
                : Spatial.AlongChannels(context, context.Parameter(module.weight)),
        ]);
}
