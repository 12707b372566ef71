using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for triangles and diagonals of matrices.</summary>
internal static class TriangleConverters
{
    private const int FirstOpsetOfTrilu = 14;

    public static GraphValue Triangle(ConversionContext context, bool upper)
    {
        var (value, offset) = (context.Tensor("this"), context.Size("diagonal", 0));
        if (context.Opset >= FirstOpsetOfTrilu
            && context.InputType is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64)
        {
            return context.Add("Trilu", [value, context.Scalar(offset)], new OnnxAttribute("upper", upper ? 1 : 0));
        }
        var kept = CompareRowsWithColumns(
            context, upper ? "LessOrEqual" : "GreaterOrEqual", context.InputShape[^2], context.InputShape[^1], offset);
        return context.Where(kept, value, context.Constant(0, context.InputType), context.InputType);
    }

    /// <summary>
    /// Returns a matrix of booleans that compares each row's index plus an offset with each column's index.
    /// </summary>
    public static GraphValue CompareRowsWithColumns(
        ConversionContext context, string opType, Dimension rows, Dimension columns, Dimension offset)
    {
        var row = context.Unsqueeze(context.Range(rows), 1);
        var column = context.Range(columns);
        return context.Add(opType, [offset == 0 ? row : context.Add("Add", [row, context.Scalar(offset)]), column]);
    }

    public static GraphValue Diag(ConversionContext context)
    {
        var offset = context.Integer("diagonal", 0);
        return context.InputShape.Count == 1
            ? DiagEmbed(context, offset, -2, -1)
            : SliceConverters.Diagonal(
                context, context.Tensor("this"), context.InputShape, offset, 0, 1, context.OutputShape[0]);
    }

    public static GraphValue DiagEmbed(ConversionContext context) => DiagEmbed(
        context, context.Integer("offset", 0), context.Integer("dim1", -2), context.Integer("dim2", -1));

    private static GraphValue DiagEmbed(ConversionContext context, long offset, long dim1, long dim2)
    {
        int rank = context.OutputShape.Count, axis = rank - 2;
        var value = context.Tensor("this");
        var size = context.InputShape[^1] + Math.Abs(offset);
        if (offset != 0)
        {
            var pads = new long[2 * (rank - 1)];
            pads[^1] = Math.Abs(offset);
            value = context.Add("Pad", [value, context.Constant(pads)]);
        }
        // Element i is in row i if the diagonal is above the main one, and in column i if it is below.
        var spread = context.Unsqueeze(value, offset >= 0 ? axis + 1 : axis);
        var matrices = context.Where(
            CompareRowsWithColumns(context, "Equal", size, size, offset), spread,
            context.Constant(0, context.InputType), context.InputType);
        int first = Axes.FromFront(dim1, rank), second = Axes.FromFront(dim2, rank);
        var rest = new Queue<int>(Enumerable.Range(0, axis));
        return context.Permute(matrices, [.. Enumerable.Range(0, rank).Select(
            place => place == first ? axis : place == second ? axis + 1 : rest.Dequeue())]);
    }
}
