using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for products of matrices and vectors.</summary>
internal static class MatrixConverters
{
    public static GraphValue Product(ConversionContext context, string left, string right) =>
        context.Add("MatMul", [context.Tensor(left), context.Tensor(right)]);

    public static GraphValue Outer(ConversionContext context, string left, string right) => context.Add(
        "Mul",
        [
            context.Unsqueeze(context.Cast(context.Tensor(left), context.OutputType), 1),
            context.Cast(context.Tensor(right), context.OutputType),
        ]);

    public static GraphValue Addmm(ConversionContext context) => Plus(context, Product(context, "mat1", "mat2"));

    public static GraphValue Addmv(ConversionContext context) => Plus(context, Product(context, "mat", "vec"));

    public static GraphValue Addr(ConversionContext context) => Plus(context, Outer(context, "vec1", "vec2"));

    public static GraphValue Addbmm(ConversionContext context) =>
        Plus(context, context.Reduce("ReduceSum", Product(context, "batch1", "batch2"), [0]));

    // TorchSharp 0.107 passes the arguments in another order: it adds batch2 to the product of this and batch1.
    public static GraphValue Baddbmm(ConversionContext context) =>
        Plus(context, Product(context, "this", "batch1"), added: "batch2");

    public static GraphValue MultiDot(ConversionContext context) =>
        context.Tensors("tensors").Aggregate((left, right) => context.Add("MatMul", [left, right]));

    public static GraphValue VecDot(ConversionContext context) => context.Reduce(
        "ReduceSum", context.Add("Mul", [context.Tensor("x"), context.Tensor("y")]), [(int)context.Integer("dim", -1)]);

    // Sums over the last dimension of both operands.
    public static GraphValue Inner(ConversionContext context)
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

    public static GraphValue Cross(ConversionContext context)
    {
        int axis = Axes.FromFront(context.Integer("dim", -1), context.OutputShape.Count) - context.OutputShape.Count;
        var (left, right) = (context.Tensor("input"), context.Tensor("other"));
        long[] next = [1, 2, 0], previous = [2, 0, 1];
        return context.Add("Sub", [Term(next, previous), Term(previous, next)]);

        GraphValue Term(long[] ofLeft, long[] ofRight) =>
            context.Add("Mul", [Taken(left, ofLeft), Taken(right, ofRight)]);

        GraphValue Taken(GraphValue value, long[] order) => context.Gather(value, context.Constant(order), axis);
    }

    public static GraphValue Trace(ConversionContext context)
    {
        var shape = context.InputShape;
        if (shape[0] != shape[1] && (shape[0].IsDynamic || shape[1].IsDynamic))
        {
            throw context.Refuse(
                "the dynamic size decides which side of the matrix is shorter", "Make that dimension static");
        }
        var diagonal = SliceConverters.Diagonal(
            context, context.Cast(context.Tensor("this"), context.OutputType), shape, 0, 0, 1,
            shape[0].Size < shape[1].Size ? shape[0] : shape[1]);
        return context.Reduce("ReduceSum", diagonal, [0]);
    }

    public static GraphValue Power(ConversionContext context)
    {
        long exponent = context.Integer("n");
        var value = context.Tensor("this");
        if (exponent < 0) value = SolveConverters.Inverse(context, value, context.InputShape);
        GraphValue? power = null;
        for (exponent = Math.Abs(exponent); exponent > 0; exponent /= 2)
        {
            if (exponent % 2 == 1) power = power is null ? value : context.Add("MatMul", [power, value]);
            if (exponent > 1) value = context.Add("MatMul", [value, value]);
        }
        if (power is not null) return power;
        var size = context.InputShape[^1];
        var identity = TriangleConverters.CompareRowsWithColumns(context, "Equal", size, size, 0);
        return context.Expand(context.Cast(identity, context.OutputType), [size, size], context.OutputShape);
    }

    // ONNX Runtime computes determinants in float32 only.
    public static GraphValue Determinant(ConversionContext context) => context.InputType == ScalarType.Float32
        ? context.Add("Det", context.Input)
        : throw context.Refuse(
            $"the determinant of a matrix of {context.InputType} has no kernel in ONNX Runtime",
            "Convert the matrix to Float32");

    public static IReadOnlyList<GraphValue> SignAndLogDeterminant(ConversionContext context)
    {
        var determinant = Determinant(context);
        return [context.Add("Sign", determinant), context.Add("Log", context.Add("Abs", determinant))];
    }

    // Multiplies [a, 1, b, 1, …] by [1, c, 1, d, …] and merges each pair of dimensions.
    public static GraphValue Kron(ConversionContext context)
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

    // β · added + α · product. With β = 0, torch ignores the added tensor, even if it contains NaN.
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
}
