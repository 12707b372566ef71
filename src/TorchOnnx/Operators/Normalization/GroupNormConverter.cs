using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Normalisation of groups of channels. A group is made one channel, for InstanceNormalization to normalise:
/// the GroupNormalization of opset 18 scales per group, which is not what the module does.
/// </summary>
internal static class GroupNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<GroupNorm>((module, context) => Normalise(
            context, (int)module.num_groups, module.weight is null ? null : context.Parameter(module.weight),
            module.bias is null ? null : context.Parameter(module.bias), module.eps))
        .AddMethod(typeof(nn.functional), "group_norm", context => Normalise(
            context, (int)context.Integer("num_groups"), context.TensorOrNull("weight"), context.TensorOrNull("bias"),
            context.Number("eps", 1e-5)));

    private static GraphValue Normalise(
        ConversionContext context, int groups, GraphValue? weight, GraphValue? bias, double epsilon)
    {
        var shape = context.InputShape;
        Dimension members = shape[1].Size / groups;
        Dimension[] grouped = [shape[0], groups, Axes.Count(shape.Skip(2).Prepend(members))];
        var normalised = context.Add(
            "InstanceNormalization",
            [
                context.Reshape(context.Input, shape, grouped),
                context.Constant([.. Enumerable.Repeat(1f, groups)]),
                context.Constant(new float[groups]),
            ],
            new OnnxAttribute("epsilon", epsilon));
        var result = context.Reshape(normalised, grouped, shape);
        if (weight is not null) result = context.Add("Mul", [result, Spatial.AlongChannels(context, weight)]);
        return bias is null ? result : context.Add("Add", [result, Spatial.AlongChannels(context, bias)]);
    }
}
