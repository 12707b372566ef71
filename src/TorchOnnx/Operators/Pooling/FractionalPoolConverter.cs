using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Fractional pooling draws its windows anew at every call, so no graph can give its result.</summary>
internal static class FractionalPoolConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<FractionalMaxPool2d>((_, context) => throw Random(context))
        .Add<FractionalMaxPool3d>((_, context) => throw Random(context));

    private static OnnxExportException Random(ConversionContext context) => context.Refuse(
        "it draws its windows at random, in eval mode too", "Use an adaptive or an ordinary pooling");
}
