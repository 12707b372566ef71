using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>x·Wᵀ + b. The weight keeps its state_dict layout [out, in].</summary>
internal static class LinearConverter
{
    public static void AddTo(ConverterRegistry registry) => registry
        .Add<Linear>((module, context) => Transform(
            context, context.Input, context.InputShape, context.Parameter(module.weight),
            module.bias is null ? null : context.Parameter(module.bias)))
        .AddMethod(typeof(nn.functional), "linear", context => Transform(
            context, context.Tensor("input"), context.InputShape, context.Tensor("weights"), context.TensorOrNull("bias")));

    /// <summary>Transforms the last dimension of an input of the given shape.</summary>
    public static GraphValue Transform(
        ConversionContext context, GraphValue input, IReadOnlyList<Dimension> shape, GraphValue weight, GraphValue? bias)
    {
        // Gemm is for matrices alone.
        if (shape.Count == 2 && weight.Shape!.Count == 2)
            return context.Add(
                "Gemm", bias is null ? [input, weight] : [input, weight, bias], new OnnxAttribute("transB", 1));
        int rank = weight.Shape!.Count;
        var product = context.Add("MatMul", [input, rank == 2 ? context.Swap(weight, rank, 0, 1) : weight]);
        return bias is null ? product : context.Add("Add", [product, bias]);
    }
}
