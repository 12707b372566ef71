using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>What passes its input on in eval mode.</summary>
internal static class IdentityConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Identity>((_, context) => context.Input)
        .Add<Dropout>((_, context) => context.Input)
        .Add<Dropout1d>((_, context) => context.Input)
        .Add<Dropout2d>((_, context) => context.Input)
        .Add<Dropout3d>((_, context) => context.Input)
        .Add<AlphaDropout>((_, context) => context.Input)
        .Add<FeatureAlphaDropout>((_, context) => context.Input)
        .AddMethod(typeof(functional), nameof(functional.dropout), Drop)
        .AddMethod(typeof(functional), nameof(functional.dropout1d), Drop)
        .AddMethod(typeof(functional), nameof(functional.dropout2d), Drop)
        .AddMethod(typeof(functional), nameof(functional.dropout3d), Drop)
        .AddMethod(typeof(functional), nameof(functional.alpha_dropout), Drop)
        .AddMethod(typeof(functional), nameof(functional.feature_alpha_dropout), Drop);

    private static GraphValue Drop(ConversionContext context)
    {
        double probability = context.Number("p");
        return context.Flag("training") && probability != 0
            ? throw context.Refuse(
                $"{context.MethodName} with training: true draws random numbers",
                "Hand over the module's own flag: training: training")
            : context.Input;
    }
}
