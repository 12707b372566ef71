using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Values put back to where a maximum pooling found them, among zeros.</summary>
internal static class UnpoolConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<MaxUnpool1d>((_, context) => Convert(context, 1))
        .Add<MaxUnpool2d>((_, context) => Convert(context, 2))
        .Add<MaxUnpool3d>((_, context) => Convert(context, 3));

    // The operator MaxUnpool counts over the whole tensor and TorchSharp over each channel.
    private static GraphValue Convert(ConversionContext context, int dimensions)
    {
        Spatial.RequireBatch(context, dimensions);
        // It shows in the shape of the result.
        context.Argument("output_size");
        var zeros = context.Add("ConstantOfShape", context.Sizes(context.OutputShape));
        var scattered = context.Add(
            "ScatterElements",
            [Flat(zeros), context.Cast(Flat(context.Tensor("indices")), torch.ScalarType.Int64), Flat(context.Input)],
            new OnnxAttribute("axis", 2));
        return context.Add("Reshape", [scattered, context.Sizes(context.OutputShape)]);

        GraphValue Flat(GraphValue value) => context.Add("Reshape", [value, context.Constant([0L, 0, -1])]);
    }
}
