using TorchSharp.Modules;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>x·Wᵀ + b. The weight keeps its state_dict layout [out, in].</summary>
internal static class LinearConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<Linear>(Convert);

    private static GraphValue Convert(Linear module, ConversionContext context)
    {
        var weight = context.Parameter(module.weight);
        var bias = module.bias is null ? null : context.Parameter(module.bias);
        // Gemm is for matrices alone.
        if (context.InputShape.Count == 2)
            return context.Add(
                "Gemm", bias is null ? [context.Input, weight] : [context.Input, weight, bias],
                new OnnxAttribute("transB", 1));
        var transposed = context.Add("Transpose", weight, new OnnxAttribute("perm", [1L, 0L]));
        var product = context.Add("MatMul", [context.Input, transposed]);
        return bias is null ? product : context.Add("Add", [product, bias]);
    }
}
