namespace TorchOnnx.Operators;

/// <summary>
/// Converters for inverses and factors of matrices. ONNX has no operators for them, so the graph has nodes for each
/// column.
/// </summary>
internal static class SolveConverters
{
    // A column needs about twelve nodes.
    private const int MaxSize = 64;

    public static GraphValue Inverse(ConversionContext context) =>
        Inverse(context, context.Input, context.InputShape);

    public static GraphValue Inverse(ConversionContext context, GraphValue matrix, IReadOnlyList<Dimension> shape)
    {
        var size = shape[^1];
        var identity = context.Cast(
            TriangleConverters.CompareRowsWithColumns(context, "Equal", size, size, 0), context.InputType);
        return Solve(context, matrix, shape, context.Expand(identity, [size, size], shape));
    }

    public static GraphValue Solve(ConversionContext context)
    {
        var (matrix, right) = (context.Tensor("A"), context.Tensor("B"));
        var (square, columns) = (matrix.Shape!, right.Shape!);
        // torch takes B as vectors if it has one dimension less than A, and the same sizes.
        bool hasVectors = columns.Count == 1 || columns.SequenceEqual(square.SkipLast(1));
        if (hasVectors) (right, columns) = (context.Unsqueeze(right, -1), [.. columns, 1]);
        Dimension[] batch = [.. context.OutputShape.SkipLast(hasVectors ? 1 : 2)];
        Dimension[] shape = [.. batch, .. square.TakeLast(2)];
        matrix = context.Expand(matrix, square, shape);
        right = context.Expand(right, columns, [.. batch, .. columns.TakeLast(2)]);
        bool isLeft = context.Flag("left", absent: true);
        var solution = isLeft
            ? Solve(context, matrix, shape, right)
            : Transpose(Solve(context, Transpose(matrix), shape, Transpose(right)));
        return hasVectors ? context.Squeeze(solution, -1) : solution;

        GraphValue Transpose(GraphValue value) =>
            context.Swap(value, shape.Length, shape.Length - 2, shape.Length - 1);
    }

    // Reads the lower triangle, as libtorch does. Column k of the factor L is (A − L Lᵀ)ₖ, over the columns before k,
    // divided by the root of its diagonal element.
    public static GraphValue Cholesky(ConversionContext context)
    {
        int size = Size(context, context.InputShape), rank = context.InputShape.Count;
        var (rows, columns) = (rank - 2, rank - 1);
        GraphValue? factor = null;
        for (int k = 0; k < size; k++)
        {
            var column = context.Slice(context.Input, columns, k, k + 1);
            if (factor is not null)
            {
                var row = context.Swap(Element(factor, k), rank, rows, columns);
                column = context.Add("Sub", [column, context.Add("MatMul", [factor, row])]);
            }
            column = context.Add("Div", [column, context.Add("Sqrt", Element(column, k))]);
            factor = factor is null ? column : context.Concat([factor, column], columns);
        }
        var kept = TriangleConverters.CompareRowsWithColumns(context, "GreaterOrEqual", size, size, 0);
        return context.Where(kept, factor!, context.Constant(0, context.InputType), context.InputType);

        GraphValue Element(GraphValue value, int row) => context.Slice(value, rows, row, row + 1);
    }

    // Gauss-Jordan elimination with partial pivoting. The rows keep their order: each column chooses its pivot among the
    // rows that no column before has chosen, and the choices order the rows at the end.
    private static GraphValue Solve(
        ConversionContext context, GraphValue matrix, IReadOnlyList<Dimension> shape, GraphValue right)
    {
        int size = Size(context, shape), rows = shape.Count - 2, columns = shape.Count - 1;
        var type = context.InputType;
        var numbers = context.Unsqueeze(context.Range(size), 1);
        var rest = context.Concat([matrix, right], columns);
        GraphValue? used = null;
        var choices = new GraphValue[size];
        for (int k = 0; k < size; k++)
        {
            var column = context.Slice(rest, columns, 0, 1);
            rest = context.Slice(rest, columns, 1);
            var length = context.Add("Abs", column);
            if (used is not null) length = context.Where(used, context.Constant(-1, type), length, type);
            var pivot = context.Add("ArgMax", length, new OnnxAttribute("axis", rows));
            var isPivot = context.Add("Equal", [pivot, numbers]);
            choices[k] = context.Swap(context.Cast(isPivot, type), shape.Count, rows, columns);
            var row = context.Add("Div", [Chosen(rest), Chosen(column)]);
            var eliminated = context.Add("Sub", [rest, context.Add("Mul", [column, row])]);
            rest = context.Where(isPivot, row, eliminated, type);
            used = used is null ? isPivot : context.Add("Or", [used, isPivot]);

            GraphValue Chosen(GraphValue values) => context.Add("MatMul", [choices[k], values]);
        }
        return context.Add("MatMul", [context.Concat(choices, rows), rest]);
    }

    private static int Size(ConversionContext context, IReadOnlyList<Dimension> shape) => shape[^1] switch
    {
        { IsDynamic: true } => throw context.Refuse(
            "the size of the matrix is open, and the graph needs nodes for each column", "Make that dimension static"),
        { Size: > MaxSize } size => throw context.Refuse(
            $"a matrix of {size.Size} columns needs nodes for each, and the limit is {MaxSize}",
            "Compute it outside the model"),
        var size => (int)size.Size,
    };
}
