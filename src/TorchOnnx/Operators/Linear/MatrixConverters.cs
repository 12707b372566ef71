using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Products of matrices and vectors.</summary>
internal static class MatrixConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "matmul", context => Product(context, "this", "target"))
        .AddMethod(typeof(Tensor), "mm", context => Product(context, "this", "target"))
        .AddMethod(typeof(Tensor), "mv", context => Product(context, "this", "target"))
        .AddMethod(typeof(Tensor), "dot", context => Product(context, "this", "target"))
        .AddMethod(typeof(Tensor), "vdot", context => Product(context, "this", "target"))
        .AddMethod(typeof(Tensor), "bmm", context => Product(context, "this", "batch2"))
        .AddMethod(typeof(Tensor), "outer", context => Outer(context, "this", "vec2"))
        .AddMethod(typeof(Tensor), "inner", Inner)
        .AddMethod(typeof(Tensor), "addmm", context => Plus(context, Product(context, "mat1", "mat2")))
        .AddMethod(typeof(Tensor), "addmv", context => Plus(context, Product(context, "mat", "vec")))
        .AddMethod(typeof(Tensor), "addr", context => Plus(context, Outer(context, "vec1", "vec2")))
        // TorchSharp 0.107 hands these on in another order: what it adds is the last.
        .AddMethod(typeof(Tensor), "baddbmm", context => Plus(context, Product(context, "this", "batch1"), added: "batch2"))
        .AddMethod(typeof(Tensor), "addbmm", context => Plus(
            context, context.Reduce("ReduceSum", Product(context, "batch1", "batch2"), [0])))
        .AddMethod(typeof(linalg), "multi_dot", context => context.Tensors("tensors").Aggregate(
            (left, right) => context.Add("MatMul", [left, right])))
        .AddMethod(typeof(linalg), "vecdot", context => context.Reduce(
            "ReduceSum", context.Add("Mul", [context.Tensor("x"), context.Tensor("y")]), [(int)context.Integer("dim", -1)]))
        .AddMethod(typeof(linalg), "cross", Cross)
        .AddMethod(typeof(Tensor), "trace", Trace)
        .AddMethod(typeof(Tensor), "kron", Kronecker);

    private static GraphValue Product(ConversionContext context, string left, string right) =>
        context.Add("MatMul", [context.Tensor(left), context.Tensor(right)]);

    private static GraphValue Outer(ConversionContext context, string left, string right) => context.Add(
        "Mul",
        [
            context.Unsqueeze(context.Cast(context.Tensor(left), context.OutputType), 1),
            context.Cast(context.Tensor(right), context.OutputType),
        ]);

    // β · added + α · product; at β = 0 torch does not look at what is added.
    private static GraphValue Plus(ConversionContext context, GraphValue product, string added = "this")
    {
        var type = context.OutputType;
        double beta = context.Number("beta", 1), alpha = context.Number("alpha", 1);
        var summand = context.Tensor(added);
        if (alpha != 1) product = context.Add("Mul", [product, context.Constant(alpha, type)]);
        if (beta == 0) return product;
        if (beta != 1) summand = context.Add("Mul", [summand, context.Constant(beta, type)]);
        return context.Add("Add", [summand, product]);
    }

    // Over the last dimension of both.
    private static GraphValue Inner(ConversionContext context)
    {
        var (left, right) = (context.Tensor("this"), context.Tensor("vec2"));
        if (left.Shape!.Count == 0 || right.Shape!.Count == 0) return context.Add("Mul", [left, right]);
        var common = left.Shape[^1];
        Dimension[] rows = [Axes.Count(left.Shape.SkipLast(1)), common];
        Dimension[] columns = [Axes.Count(right.Shape.SkipLast(1)), common];
        var product = context.Add(
            "MatMul",
            [
                context.Reshape(left, left.Shape, rows),
                context.Swap(context.Reshape(right, right.Shape, columns), 2, 0, 1),
            ]);
        return context.Reshape(product, [rows[0], columns[0]], context.OutputShape);
    }

    private static GraphValue Cross(ConversionContext context)
    {
        int axis = Axes.FromFront(context.Integer("dim", -1), context.OutputShape.Count) - context.OutputShape.Count;
        var (left, right) = (context.Tensor("input"), context.Tensor("other"));
        long[] next = [1, 2, 0], previous = [2, 0, 1];
        return context.Add("Sub", [Term(next, previous), Term(previous, next)]);

        GraphValue Term(long[] ofLeft, long[] ofRight) => context.Add("Mul", [Taken(left, ofLeft), Taken(right, ofRight)]);
        GraphValue Taken(GraphValue value, long[] order) => context.Gather(value, context.Constant(order), axis);
    }

    private static GraphValue Trace(ConversionContext context)
    {
        var shape = context.InputShape;
        if (shape[0] != shape[1] && (shape[0].IsDynamic || shape[1].IsDynamic))
            throw context.Refuse(
                "the shorter side of the matrix is another at other sizes", "Make the dimension static");
        var diagonal = SliceConverters.Diagonal(
            context, context.Cast(context.Tensor("this"), context.OutputType), shape, 0, 0, 1,
            shape[0].Size < shape[1].Size ? shape[0] : shape[1]);
        return context.Reduce("ReduceSum", diagonal, [0]);
    }

    // Each element of the one times the whole other, blocks side by side.
    private static GraphValue Kronecker(ConversionContext context)
    {
        int rank = context.OutputShape.Count;
        Dimension[] blocks = Padded(context.Tensor("this")), members = Padded(context.Tensor("other"));
        Dimension[] spread = [.. blocks.SelectMany(size => (Dimension[])[size, 1])];
        Dimension[] repeated = [.. members.SelectMany(size => (Dimension[])[1, size])];
        var product = context.Add(
            "Mul",
            [
                context.Reshape(context.Tensor("this"), context.Tensor("this").Shape!, spread),
                context.Reshape(context.Tensor("other"), context.Tensor("other").Shape!, repeated),
            ]);
        return context.Reshape(
            product, [.. blocks.Zip(members).SelectMany(pair => (Dimension[])[pair.First, pair.Second])],
            context.OutputShape);

        Dimension[] Padded(GraphValue value) =>
            [.. Enumerable.Repeat((Dimension)1, rank - value.Shape!.Count), .. value.Shape!];
    }
}
