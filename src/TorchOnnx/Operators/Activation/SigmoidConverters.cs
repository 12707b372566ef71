using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>The logistic function, its straight-line likeness, and what they gate.</summary>
internal static class SigmoidConverters
{
    private const int FirstWithCountOfParts = 18;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Sigmoid>((_, context) => context.Add("Sigmoid", context.Input))
        .Add<LogSigmoid>((_, context) => Logarithm(context))
        .AddMethod(typeof(Tensor), nameof(Tensor.log_sigmoid), Logarithm)
        .Add<SiLU>((_, context) => Gate(context.Input, context.Add("Sigmoid", context.Input), context))
        .AddMethod(typeof(Tensor), nameof(Tensor.silu), context =>
            Gate(context.Input, context.Add("Sigmoid", context.Input), context))
        .Add<Hardsigmoid>((_, context) => HardSigmoid(context))
        .AddMethod(typeof(Tensor), nameof(Tensor.hardsigmoid), HardSigmoid)
        .Add<Hardswish>((_, context) => Gate(context.Input, HardSigmoid(context), context))
        .AddMethod(typeof(Tensor), nameof(Tensor.hardswish), context => Gate(context.Input, HardSigmoid(context), context))
        .Add<GLU>((module, context) => Halves(module.dim, context))
        .AddMethod(typeof(Tensor), nameof(Tensor.glu), context => Halves(context.Integer("dim"), context));

    // log σ(x) = −softplus(−x), which does not underflow.
    private static GraphValue Logarithm(ConversionContext context) =>
        context.Add("Neg", context.Add("Softplus", context.Add("Neg", context.Input)));

    private static GraphValue HardSigmoid(ConversionContext context) => context.Add(
        "HardSigmoid", context.Input, new OnnxAttribute("alpha", 1.0 / 6), new OnnxAttribute("beta", 0.5));

    private static GraphValue Gate(GraphValue value, GraphValue gate, ConversionContext context) =>
        context.Add("Mul", [value, gate]);

    private static GraphValue Halves(long axis, ConversionContext context)
    {
        var along = new OnnxAttribute("axis", axis);
        var halves = context.Opset < FirstWithCountOfParts
            ? context.AddMany("Split", [context.Input], 2, along)
            : context.AddMany("Split", [context.Input], 2, along, new OnnxAttribute("num_outputs", 2));
        return Gate(halves[0], context.Add("Sigmoid", halves[1]), context);
    }
}
