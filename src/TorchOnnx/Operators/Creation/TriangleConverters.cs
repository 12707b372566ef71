using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Triangles of matrices, and matrices made of their diagonal.</summary>
internal static class TriangleConverters
{
    private const int FirstOpset = 14;

    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), "tril", context => Convert(context, upper: false))
        .AddMethod(typeof(Tensor), "triu", context => Convert(context, upper: true))
        .AddMethod(typeof(Tensor), "diag", Diagonal)
        .AddMethod(typeof(Tensor), "diag_embed", context => Embed(
            context, context.Integer("offset", 0), context.Integer("dim1", -2), context.Integer("dim2", -1)));

    /// <summary>Compares the number of each row, moved by an offset, with that of each column.</summary>
    public static GraphValue CompareRowsWithColumns(
        ConversionContext context, string opType, Dimension rows, Dimension columns, Dimension offset)
    {
        var row = context.Unsqueeze(context.Range(rows), 1);
        var column = context.Range(columns);
        return context.Add(opType, [offset == 0 ? row : context.Add("Add", [row, context.Scalar(offset)]), column]);
    }

    private static GraphValue Convert(ConversionContext context, bool upper)
    {
        var (value, offset) = (context.Tensor("this"), context.Size("diagonal", 0));
        if (context.Opset >= FirstOpset && context.InputType is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64)
            return context.Add("Trilu", [value, context.Scalar(offset)], new OnnxAttribute("upper", upper ? 1 : 0));
        var kept = CompareRowsWithColumns(
            context, upper ? "LessOrEqual" : "GreaterOrEqual", context.InputShape[^2], context.InputShape[^1], offset);
        return context.Where(kept, value, context.Constant(0, context.InputType), context.InputType);
    }

    private static GraphValue Diagonal(ConversionContext context)
    {
        var offset = context.Integer("diagonal", 0);
        return context.InputShape.Count == 1
            ? Embed(context, offset, -2, -1)
            : SliceConverters.Diagonal(
                context, context.Tensor("this"), context.InputShape, offset, 0, 1, context.OutputShape[0]);
    }

    private static GraphValue Embed(ConversionContext context, long offset, long dim1, long dim2)
    {
        int rank = context.OutputShape.Count, axis = rank - 2;
        var value = context.Tensor("this");
        var size = context.InputShape[^1] + Math.Abs(offset);
        // Above the diagonal a row gets its element, below it a column.
        if (offset != 0)
        {
            var pads = new long[2 * (rank - 1)];
            pads[^1] = Math.Abs(offset);
            value = context.Add("Pad", [value, context.Constant(pads)]);
        }
        var spread = context.Unsqueeze(value, offset >= 0 ? axis + 1 : axis);
        var matrices = context.Where(
            CompareRowsWithColumns(context, "Equal", size, size, offset), spread, context.Constant(0, context.InputType),
            context.InputType);
        int first = Axes.FromFront(dim1, rank), second = Axes.FromFront(dim2, rank);
        var rest = new Queue<int>(Enumerable.Range(0, axis));
        return context.Permute(matrices, [.. Enumerable.Range(0, rank).Select(
            place => place == first ? axis : place == second ? axis + 1 : rest.Dequeue())]);
    }
}
