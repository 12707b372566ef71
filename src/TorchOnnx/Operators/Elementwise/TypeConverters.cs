using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Conversions between element types, and what makes no difference to a graph: copies, views and devices.</summary>
internal static class TypeConverters
{
    private static readonly string[] Identities =
    [
        "alias", "clone", "contiguous", "detach", "cpu", "cuda", "mps", "positive", "pin_memory",
        "resolve_conj", "resolve_neg", "conj", "conj_physical",
    ];

    public static void AddTo(ConverterRegistry registry)
    {
        foreach (string method in Identities) registry.AddMethod(typeof(Tensor), method, context => context.Input);
        registry
            .AddMethod(typeof(Tensor), nameof(Tensor.to_type), Convert)
            .AddMethod(typeof(Tensor), nameof(Tensor.to), Convert);
    }

    private static GraphValue Convert(ConversionContext context)
    {
        foreach (string parameter in (string[])["type", "other", "deviceType", "deviceIndex"]) context.Argument(parameter);
        return context.Cast(context.Tensor("this"), context.OutputType);
    }
}
