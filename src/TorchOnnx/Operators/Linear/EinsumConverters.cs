using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Sums of products over named or numbered dimensions.</summary>
internal static class EinsumConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(torch), "einsum", context => Sum(
            context, (string)context.Argument("equation")!, [.. context.Tensors("tensors")]))
        .AddMethod(typeof(Tensor), "tensordot", TensorDot)
        .AddMethod(typeof(nn.functional), "bilinear", context => Bilinear(
            context, context.Tensor("input1"), context.Tensor("input2"), context.Tensor("weight"),
            context.TensorOrNull("bias")));

    /// <summary>Σ xᵢ · wₖᵢⱼ · yⱼ + bₖ.</summary>
    public static GraphValue Bilinear(
        ConversionContext context, GraphValue left, GraphValue right, GraphValue weight, GraphValue? bias)
    {
        // The left with each matrix, [N, k, j], and then the rows of that with the right.
        var product = Sum(context, "kij,...i->...kj", [weight, left]);
        var sum = context.Reduce("ReduceSum", context.Add("Mul", [product, context.Unsqueeze(right, -2)]), [-1]);
        return bias is null ? sum : context.Add("Add", [sum, bias]);
    }

    private static GraphValue Sum(ConversionContext context, string equation, GraphValue[] operands) =>
        context.Add("Einsum", operands, new OnnxAttribute("equation", equation.Replace(" ", "")));

    private static GraphValue TensorDot(ConversionContext context)
    {
        var (left, right) = (context.Tensor("this"), context.Tensor("b"));
        int[] ofLeft = [.. context.Integers("dims1").Select(axis => Axes.FromFront(axis, left.Shape!.Count))];
        int[] ofRight = [.. context.Integers("dims2").Select(axis => Axes.FromFront(axis, right.Shape!.Count))];
        char[] first = [.. left.Shape!.Select((_, axis) => (char)('a' + axis))];
        char[] second = [.. right.Shape!.Select((_, axis) => (char)('a' + first.Length + axis))];
        foreach (var (axis, same) in ofRight.Zip(ofLeft)) second[axis] = first[same];
        string kept = string.Concat(
            first.Where((_, axis) => !ofLeft.Contains(axis)).Concat(second.Where((_, axis) => !ofRight.Contains(axis))));
        return Sum(context, $"{new string(first)},{new string(second)}->{kept}", [left, right]);
    }
}
