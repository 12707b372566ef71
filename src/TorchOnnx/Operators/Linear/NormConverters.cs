namespace TorchOnnx.Operators;

/// <summary>Converters for norms of vectors and matrices, and for distances.</summary>
internal static class NormConverters
{
    public static GraphValue TensorNorm(ConversionContext context) => VectorNorm(
        context, context.Tensor("this"), context.Number("p", 2),
        context.Given("dim") ? [context.Axis(context.Integer("dim"))] : All(context), context.Flag("keepdim"));

    public static GraphValue VectorNorm(ConversionContext context) => VectorNorm(
        context, context.Tensor("input"), context.Number("ord", 2), Dimensions(context) ?? All(context),
        context.Flag("keepdim"));

    public static GraphValue MatrixNorm(ConversionContext context) =>
        MatrixNorm(context, Dimensions(context) ?? All(context)[^2..]);

    // With an order and two dimensions, torch.linalg.norm is the matrix norm.
    public static GraphValue LinalgNorm(ConversionContext context) =>
        context.Given("ord") && (Dimensions(context) ?? All(context)) is { Length: 2 } plane
            ? MatrixNorm(context, plane)
            : VectorNorm(context);

    public static GraphValue Dist(ConversionContext context)
    {
        var (left, right) = (context.Tensor("this"), context.Tensor("other"));
        return VectorNorm(
            context, context.Add("Sub", [left, right]), context.Number("p", 2),
            [.. Enumerable.Range(0, Math.Max(left.Shape!.Count, right.Shape!.Count))], keep: false);
    }

    public static GraphValue Cdist(ConversionContext context)
    {
        context.Accept("compute_mode");
        var difference = context.Add(
            "Sub", [context.Unsqueeze(context.Tensor("x1"), -2), context.Unsqueeze(context.Tensor("x2"), -3)]);
        return VectorNorm(context, difference, context.Number("p", 2), [-1], keep: false);
    }

    public static GraphValue PairwiseDistance(ConversionContext context)
    {
        var difference = context.Add("Sub", [context.Tensor("input1"), context.Tensor("input2")]);
        var epsilon = context.Constant(context.Number("eps", 1e-6), context.OutputType);
        return VectorNorm(
            context, context.Add("Add", [difference, epsilon]), context.Number("p", 2), [-1], context.Flag("keepdim"));
    }

    public static GraphValue Normalize(ConversionContext context) => Normalize(
        context, context.Tensor("input"), context.Number("p", 2), context.Axis(context.Integer("dim", 1)),
        context.Number("eps", 1e-12));

    public static GraphValue CosineSimilarity(ConversionContext context)
    {
        double epsilon = context.Number("eps", 1e-8);
        var shape = Axes.Broadcast(context.Tensor("x1").Shape!, context.Tensor("x2").Shape!);
        int axis = Axes.FromFront(context.Integer("dim", 1), shape.Count);
        return context.Reduce("ReduceSum", context.Add("Mul", [Unit("x1"), Unit("x2")]), [axis]);

        GraphValue Unit(string parameter) => Normalize(
            context, context.Expand(context.Tensor(parameter), context.Tensor(parameter).Shape!, shape), 2, axis,
            epsilon);
    }

    // (Σ |x|ᵖ)^(1/p), with its limits at p = 0, ∞ and −∞.
    private static GraphValue VectorNorm(
        ConversionContext context, GraphValue value, double order, IReadOnlyList<int> axes, bool keep)
    {
        if (order is 1 or 2) return context.Reduce(order == 1 ? "ReduceL1" : "ReduceL2", value, axes, keep);
        if (double.IsInfinity(order))
        {
            return context.Reduce(order > 0 ? "ReduceMax" : "ReduceMin", context.Add("Abs", value), axes, keep);
        }
        if (order == 0)
        {
            var isZero = context.Add("Equal", [value, context.Constant(0, context.OutputType)]);
            var counted = context.Cast(context.Add("Not", isZero), context.OutputType);
            return context.Reduce("ReduceSum", counted, axes, keep);
        }
        var powers = context.Add("Pow", [context.Add("Abs", value), context.Constant(order, context.OutputType)]);
        return context.Add(
            "Pow", [context.Reduce("ReduceSum", powers, axes, keep), context.Constant(1 / order, context.OutputType)]);
    }

    private static GraphValue MatrixNorm(ConversionContext context, int[] axes)
    {
        var (value, keep) = (context.Tensor("input"), context.Flag("keepdim"));
        if (context.Argument("ord") is null or "fro") return VectorNorm(context, value, 2, axes, keep);
        double order = context.Argument("ord") is string ? double.NaN : context.Number("ord");
        if (Math.Abs(order) != 1 && !double.IsInfinity(order))
        {
            throw context.Refuse(
                "this matrix norm needs singular values, for which ONNX has no operator",
                "Use the Frobenius norm, or the orders 1, −1, ∞ or −∞");
        }
        // Order 1 is the largest column sum, order ∞ the largest row sum.
        var (summed, compared) = Math.Abs(order) == 1 ? (axes[0], axes[1]) : (axes[1], axes[0]);
        var sums = context.Reduce("ReduceL1", value, [summed], keep: true);
        var extreme = context.Reduce(order > 0 ? "ReduceMax" : "ReduceMin", sums, [compared], keep: true);
        return keep ? extreme : context.Squeeze(extreme, [.. axes.Select(axis => (long)axis)]);
    }

    private static GraphValue Normalize(
        ConversionContext context, GraphValue value, double order, int axis, double epsilon)
    {
        var norm = VectorNorm(context, value, order, [axis], keep: true);
        return context.Add("Div", [value, context.Add("Max", [norm, context.Constant(epsilon, context.OutputType)])]);
    }

    private static int[] All(ConversionContext context) => [.. Enumerable.Range(0, context.InputShape.Count)];

    private static int[]? Dimensions(ConversionContext context) =>
        context.Given("dims") ? [.. context.Integers("dims").Select(context.Axis)] : null;
}
