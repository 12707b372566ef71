using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>
/// Normalisation of groups of channels. A group is made one channel, for InstanceNormalization to normalise:
/// the GroupNormalization of opset 18 scales per group, which is not what the module does.
/// </summary>
internal static class GroupNormConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<GroupNorm>(Convert);

    private static GraphValue Convert(GroupNorm module, ConversionContext context)
    {
        var shape = context.InputShape;
        int groups = (int)module.num_groups;
        long elements = shape.Skip(1).Aggregate(1L, (product, size) => product * size.Size) / groups;
        Dimension[] grouped = [shape[0], groups, elements];
        var normalised = context.Add(
            "InstanceNormalization",
            [
                context.Reshape(context.Input, shape, grouped),
                context.Constant([.. Enumerable.Repeat(1f, groups)]),
                context.Constant(new float[groups]),
            ],
            new OnnxAttribute("epsilon", module.eps));
        var result = context.Reshape(normalised, grouped, shape);
        if (module.weight is not null)
            result = context.Add("Mul", [result, Spatial.AlongChannels(context, module.weight)]);
        return module.bias is null ? result : context.Add("Add", [result, Spatial.AlongChannels(context, module.bias)]);
    }
}
