namespace OnnxDigits.Export.Internals.Converters;

/// <summary>All converters of TorchSharp's modules, by family.</summary>
internal static class DefaultConverters
{
    public static ConverterRegistry AddTo(ConverterRegistry registry)
    {
        LinearConverter.AddTo(registry);
        ConvolutionConverter.AddTo(registry);
        MaxPoolConverter.AddTo(registry);
        RectifierConverters.AddTo(registry);
        SoftmaxConverter.AddTo(registry);
        FlattenConverter.AddTo(registry);
        IdentityConverter.AddTo(registry);
        return registry;
    }
}
