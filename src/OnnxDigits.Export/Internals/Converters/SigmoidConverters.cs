using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>The logistic function, its straight-line likeness, and what they gate.</summary>
internal static class SigmoidConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Sigmoid>((_, context) => context.Add("Sigmoid", context.Input))
        // log σ(x) = −softplus(−x), which does not underflow.
        .Add<LogSigmoid>((_, context) =>
            context.Add("Neg", context.Add("Softplus", context.Add("Neg", context.Input))))
        .Add<SiLU>((_, context) => context.Add("Mul", [context.Input, context.Add("Sigmoid", context.Input)]))
        .Add<Hardsigmoid>((_, context) => HardSigmoid(context))
        .Add<Hardswish>((_, context) => context.Add("Mul", [context.Input, HardSigmoid(context)]))
        .Add<GLU>(Gated);

    private static GraphValue HardSigmoid(ConversionContext context) => context.Add(
        "HardSigmoid", context.Input, new OnnxAttribute("alpha", 1.0 / 6), new OnnxAttribute("beta", 0.5));

    private static GraphValue Gated(GLU module, ConversionContext context)
    {
        int axis = context.Axis(module.dim);
        if (context.InputShape[axis].IsDynamic)
            throw context.Refuse(
                $"it splits dimension {axis}, whose size is dynamic", "Export with DynamicBatch = false");
        long half = context.InputShape[axis].Size / 2;
        var halves = context.AddMany(
            "Split", [context.Input, context.Constant([half, half])], 2, new OnnxAttribute("axis", axis));
        return context.Add("Mul", [halves[0], context.Add("Sigmoid", halves[1])]);
    }
}
