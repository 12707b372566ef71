using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Dimensions merged and split: both are a reshape to the shape that the forward pass gave.</summary>
internal static class FlattenConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Flatten>((_, context) => Convert(context))
        .Add<Unflatten>((_, context) => Convert(context));

    private static GraphValue Convert(ConversionContext context) =>
        context.Reshape(context.Input, context.InputShape, context.OutputShape);
}
