using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Norms of vectors and matrices, and distances, which are norms of differences.</summary>
internal static class DistanceConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "norm", context => VectorNorm(
            context, context.Tensor("this"), context.Number("p", 2),
            context.Given("dim") ? [context.Axis(context.Integer("dim"))] : All(context), context.Flag("keepdim")))
        .AddMethod(typeof(linalg), "vector_norm", context => VectorNorm(
            context, context.Tensor("input"), context.Number("ord", 2), Dimensions(context) ?? All(context),
            context.Flag("keepdim")))
        .AddMethod(typeof(linalg), "matrix_norm", context => MatrixNorm(context, Dimensions(context) ?? All(context)[^2..]))
        .AddMethod(typeof(linalg), "norm", Norm)
        .AddMethod(typeof(Tensor), "dist", Distance)
        .AddMethod(typeof(torch), "cdist", Pairs)
        .AddMethod(typeof(nn.functional), "pairwise_distance", Rows)
        .AddMethod(typeof(nn.functional), "normalize", context => Normalised(
            context, context.Tensor("input"), context.Number("p", 2), context.Axis(context.Integer("dim", 1)),
            context.Number("eps", 1e-12)))
        .AddMethod(typeof(nn.functional), "cosine_similarity", Cosine);

    /// <summary>(Σ |x|ᵖ)^(1/p), and what that tends to at 0, ∞ and −∞.</summary>
    public static GraphValue VectorNorm(
        ConversionContext context, GraphValue value, double order, IReadOnlyList<int> axes, bool keep)
    {
        if (order is 1 or 2) return context.Reduce(order == 1 ? "ReduceL1" : "ReduceL2", value, axes, keep);
        if (double.IsInfinity(order))
            return context.Reduce(order > 0 ? "ReduceMax" : "ReduceMin", context.Add("Abs", value), axes, keep);
        if (order == 0)
        {
            var isZero = context.Add("Equal", [value, context.Constant(0, context.OutputType)]);
            return context.Reduce("ReduceSum", context.Cast(context.Add("Not", isZero), context.OutputType), axes, keep);
        }
        var powers = context.Add("Pow", [context.Add("Abs", value), context.Constant(order, context.OutputType)]);
        return context.Add(
            "Pow", [context.Reduce("ReduceSum", powers, axes, keep), context.Constant(1 / order, context.OutputType)]);
    }

    private static int[] All(ConversionContext context) => [.. Enumerable.Range(0, context.InputShape.Count)];

    private static int[]? Dimensions(ConversionContext context) =>
        context.Given("dims") ? [.. context.Integers("dims").Select(context.Axis)] : null;

    // Of two dimensions where an order is given, it is the norm of matrices.
    private static GraphValue Norm(ConversionContext context)
    {
        int[]? axes = Dimensions(context);
        if (context.Given("ord") && (axes ?? All(context)).Length == 2) return MatrixNorm(context, axes ?? All(context));
        return VectorNorm(
            context, context.Tensor("input"), context.Number("ord", 2), axes ?? All(context), context.Flag("keepdim"));
    }

    private static GraphValue MatrixNorm(ConversionContext context, int[] axes)
    {
        var (value, keep) = (context.Tensor("input"), context.Flag("keepdim"));
        if (context.Argument("ord") is null or "fro") return VectorNorm(context, value, 2, axes, keep);
        double order = context.Argument("ord") is string ? double.NaN : context.Number("ord");
        // The largest sum along columns is the norm 1, along rows ∞.
        if (Math.Abs(order) != 1 && !double.IsInfinity(order))
            throw context.Refuse(
                "this norm of matrices is made of singular values, which ONNX has no operator for",
                "Use the Frobenius norm, or the orders 1, −1, ∞ or −∞");
        var (summed, compared) = Math.Abs(order) == 1 ? (axes[0], axes[1]) : (axes[1], axes[0]);
        var sums = context.Reduce("ReduceL1", value, [summed], keep: true);
        var extreme = context.Reduce(order > 0 ? "ReduceMax" : "ReduceMin", sums, [compared], keep: true);
        return keep ? extreme : context.Squeeze(extreme, [.. axes.Select(axis => (long)axis)]);
    }

    private static GraphValue Distance(ConversionContext context)
    {
        var (left, right) = (context.Tensor("this"), context.Tensor("other"));
        return VectorNorm(
            context, context.Add("Sub", [left, right]), context.Number("p", 2),
            [.. Enumerable.Range(0, Math.Max(left.Shape!.Count, right.Shape!.Count))], keep: false);
    }

    private static GraphValue Pairs(ConversionContext context)
    {
        context.Argument("compute_mode");
        var difference = context.Add(
            "Sub", [context.Unsqueeze(context.Tensor("x1"), -2), context.Unsqueeze(context.Tensor("x2"), -3)]);
        return VectorNorm(context, difference, context.Number("p", 2), [-1], keep: false);
    }

    private static GraphValue Rows(ConversionContext context)
    {
        var difference = context.Add("Sub", [context.Tensor("input1"), context.Tensor("input2")]);
        return VectorNorm(
            context, context.Add("Add", [difference, context.Constant(context.Number("eps", 1e-6), context.OutputType)]),
            context.Number("p", 2), [-1], context.Flag("keepdim"));
    }

    private static GraphValue Normalised(ConversionContext context, GraphValue value, double order, int axis, double least)
    {
        var norm = VectorNorm(context, value, order, [axis], keep: true);
        return context.Add("Div", [value, context.Add("Max", [norm, context.Constant(least, context.OutputType)])]);
    }

    private static GraphValue Cosine(ConversionContext context)
    {
        double least = context.Number("eps", 1e-8);
        var shape = Axes.Broadcast(context.Tensor("x1").Shape!, context.Tensor("x2").Shape!);
        int axis = Axes.FromFront(context.Integer("dim", 1), shape.Count);
        return context.Reduce("ReduceSum", context.Add("Mul", [Unit("x1"), Unit("x2")]), [axis]);

        GraphValue Unit(string parameter) => Normalised(
            context, context.Expand(context.Tensor(parameter), context.Tensor(parameter).Shape!, shape), 2, axis, least);
    }
}
