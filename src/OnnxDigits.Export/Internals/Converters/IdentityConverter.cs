using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Modules that pass their input on in eval mode.</summary>
internal static class IdentityConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Identity>((_, context) => context.Input)
        .Add<Dropout>((_, context) => context.Input)
        .Add<Dropout1d>((_, context) => context.Input)
        .Add<Dropout2d>((_, context) => context.Input)
        .Add<Dropout3d>((_, context) => context.Input)
        .Add<AlphaDropout>((_, context) => context.Input)
        .Add<FeatureAlphaDropout>((_, context) => context.Input);
}
