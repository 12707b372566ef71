using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>ReLU and its relatives.</summary>
internal static class RectifierConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<ReLU>((_, context) => context.Add("Relu", context.Input));
}
