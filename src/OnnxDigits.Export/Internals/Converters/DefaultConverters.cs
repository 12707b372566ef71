namespace OnnxDigits.Export.Internals.Converters;

/// <summary>All converters of TorchSharp's modules and operations, by family.</summary>
internal static class DefaultConverters
{
    public static ConverterRegistry AddTo(ConverterRegistry registry)
    {
        LinearConverter.AddTo(registry);
        EmbeddingConverter.AddTo(registry);
        ConvolutionConverter.AddTo(registry);
        MaxPoolConverter.AddTo(registry);
        AveragePoolConverter.AddTo(registry);
        AdaptivePoolConverter.AddTo(registry);
        BatchNormConverter.AddTo(registry);
        InstanceNormConverter.AddTo(registry);
        LayerNormConverter.AddTo(registry);
        GroupNormConverter.AddTo(registry);
        LocalResponseNormConverter.AddTo(registry);
        RectifierConverters.AddTo(registry);
        ExponentialUnitConverters.AddTo(registry);
        SigmoidConverters.AddTo(registry);
        SoftplusConverters.AddTo(registry);
        ShrinkConverters.AddTo(registry);
        GeluConverter.AddTo(registry);
        SoftmaxConverter.AddTo(registry);
        FlattenConverter.AddTo(registry);
        ShuffleConverters.AddTo(registry);
        PaddingConverter.AddTo(registry);
        UpsampleConverter.AddTo(registry);
        IdentityConverter.AddTo(registry);
        ArithmeticConverters.AddTo(registry);
        ReshapeConverters.AddTo(registry);
        PermutationConverters.AddTo(registry);
        ExpansionConverters.AddTo(registry);
        SliceConverters.AddTo(registry);
        JoiningConverters.AddTo(registry);
        TriangleConverters.AddTo(registry);
        IndexingConverters.AddTo(registry);
        GatherConverters.AddTo(registry);
        ScatterConverters.AddTo(registry);
        LookupConverters.AddTo(registry);
        CreationConverters.AddTo(registry);
        MatrixConverters.AddTo(registry);
        EinsumConverters.AddTo(registry);
        DistanceConverters.AddTo(registry);
        SortingConverters.AddTo(registry);
        AttentionConverters.AddTo(registry);
        SamplingConverters.AddTo(registry);
        FoldConverters.AddTo(registry);
        UnsupportedConverters.AddTo(registry);
        RecurrentConverters.AddTo(registry);
        AttentionModuleConverter.AddTo(registry);
        TransformerConverters.AddTo(registry);
        EmbeddingBagConverter.AddTo(registry);
        UnpoolConverter.AddTo(registry);
        FractionalPoolConverter.AddTo(registry);
        return registry;
    }
}
