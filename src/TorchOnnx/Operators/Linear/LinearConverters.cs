namespace TorchOnnx.Operators;

/// <summary>Converters for linear and bilinear layers and for Einstein sums.</summary>
internal static class LinearConverters
{
    // The weight keeps its state_dict layout [out, in].
    public static GraphValue Linear(ConversionContext context, GraphValue input, GraphValue weight, GraphValue? bias) =>
        context.InputShape.Count == 2 && weight.Shape!.Count == 2
            ? context.Add(
                "Gemm", bias is null ? [input, weight] : [input, weight, bias], new OnnxAttribute("transB", 1))
            : LinearByMatMul(context, input, weight, bias);

    // Gemm accepts only matrices, so inputs of other ranks use MatMul. A weight of rank 1 gives one number per row.
    public static GraphValue LinearByMatMul(
        ConversionContext context, GraphValue input, GraphValue weight, GraphValue? bias)
    {
        var transposed = weight.Shape is { Count: 1 } ? weight : context.Swap(weight, 2, 0, 1);
        var product = context.Add("MatMul", [input, transposed]);
        return bias is null ? product : context.Add("Add", [product, bias]);
    }

    // Σ xᵢ · wₖᵢⱼ · yⱼ + bₖ
    public static GraphValue Bilinear(ConversionContext context)
    {
        GraphValue left = context.Tensor("input1"), right = context.Tensor("input2"), weight = context.Tensor("weight");
        var bias = context.TensorOrNull("bias");
        var product = Sum(context, "kij,...i->...kj", [weight, left]);
        var sum = context.Reduce("ReduceSum", context.Add("Mul", [product, context.Unsqueeze(right, -2)]), [-1]);
        return bias is null ? sum : context.Add("Add", [sum, bias]);
    }

    public static GraphValue Einsum(ConversionContext context) =>
        Sum(context, (string)context.Argument("equation")!, [.. context.Tensors("tensors")]);

    public static GraphValue TensorDot(ConversionContext context)
    {
        var (left, right) = (context.Tensor("this"), context.Tensor("b"));
        int[] ofLeft = [.. context.Integers("dims1").Select(axis => Axes.FromFront(axis, left.Shape!.Count))];
        int[] ofRight = [.. context.Integers("dims2").Select(axis => Axes.FromFront(axis, right.Shape!.Count))];
        char[] first = [.. left.Shape!.Select((_, axis) => (char)('a' + axis))];
        char[] second = [.. right.Shape!.Select((_, axis) => (char)('a' + first.Length + axis))];
        foreach (var (axis, same) in ofRight.Zip(ofLeft)) second[axis] = first[same];
        var kept = first.Where((_, axis) => !ofLeft.Contains(axis))
            .Concat(second.Where((_, axis) => !ofRight.Contains(axis)));
        return Sum(context, $"{new string(first)},{new string(second)}->{string.Concat(kept)}", [left, right]);
    }

    /// <summary>Adds up products by Einstein's convention.</summary>
    public static GraphValue Sum(ConversionContext context, string equation, GraphValue[] operands) =>
        context.Add("Einsum", operands, new OnnxAttribute("equation", equation.Replace(" ", "")));
}
