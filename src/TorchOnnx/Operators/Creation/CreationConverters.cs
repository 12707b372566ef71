using TorchOnnx.Shapes;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Converters for tensors created from numbers. A call reaches them only if a size or a number depends on a dynamic
/// dimension; the results of all other calls are constants.
/// </summary>
internal static class CreationConverters
{
    // The recorded result has the shape and the dtype that these arguments request.
    private static readonly string[] ShapeAndType =
        ["size", "rows", "columns", "dim0", "dim1", "dim2", "dim3", "sizes", "dtype"];

    public static GraphValue Full(ConversionContext context) =>
        Full(context, context.Operand("value", context.OutputType));

    public static GraphValue Full(ConversionContext context, double value) =>
        Full(context, context.Constant(value, context.OutputType));

    /// <summary>Writes a value over all elements of the tensor, as <c>fill_</c> and <c>copy_</c> do.</summary>
    public static GraphValue Overwrite(ConversionContext context, GraphValue value)
    {
        context.Tensor("this");
        return context.Add("Expand", [value, context.Sizes(context.OutputShape)]);
    }

    public static GraphValue Arange(ConversionContext context)
    {
        context.Accept("dtype", "stop");
        if (Integer("start", 0) is { } from && Integer("step", 1) is { } by && Integer("stop", null) is { } to)
        {
            return context.Cast(
                context.Add("Range", [context.Scalar(from), context.Scalar(to), context.Scalar(by)]),
                context.OutputType);
        }
        // As torch does, computes the number of elements in double precision, which may round up: 1 / (1 / 49) > 49.
        var (start, step) = (Number("start", 0), Number("step", 1));
        var distance = context.Add("Sub", [context.Operand("stop", ScalarType.Float64), start]);
        var count = context.Cast(context.Add("Ceil", context.Add("Div", [distance, step])), ScalarType.Int64);
        var indices = context.Add("Range", [context.Scalar(0), count, context.Scalar(1)]);
        return context.Cast(Progression(context, indices, start, step), context.OutputType);

        Dimension? Integer(string parameter, Dimension? absent) => context.Raw(parameter) switch
        {
            null => absent,
            Dimension size => size,
            PassValues { IsInteger: true } number => number.ToDimension(),
            _ => null,
        };

        GraphValue Number(string parameter, double absent) => context.Given(parameter)
            ? context.Operand(parameter, ScalarType.Float64)
            : context.Constant(absent, ScalarType.Float64);
    }

    public static GraphValue Linspace(ConversionContext context)
    {
        context.Accept("dtype");
        var steps = context.Size("steps");
        var start = context.Operand("start", ScalarType.Float64);
        var span = context.Add("Sub", [context.Operand("end", ScalarType.Float64), start]);
        var intervals = context.Add("Max", [context.Scalar(steps - 1), context.Scalar(1)]);
        var step = context.Add("Div", [span, context.Cast(intervals, ScalarType.Float64)]);
        return context.Cast(Progression(context, context.Range(steps), start, step), context.OutputType);
    }

    public static GraphValue Eye(ConversionContext context)
    {
        context.Accept(ShapeAndType);
        return context.Cast(
            TriangleConverters.CompareRowsWithColumns(
                context, "Equal", context.OutputShape[0], context.OutputShape[1], 0),
            context.OutputType);
    }

    /// <summary>Writes <c>torch.tensor</c> of numbers that depend on open sizes.</summary>
    public static GraphValue TensorOf(ConversionContext context)
    {
        context.Accept([.. ShapeAndType, "dimensions"]);
        string given = ((string[])["scalar", "value", "rawArray", "dataArray"]).First(context.Given);
        if (context.OutputShape.Count == 0) return context.Operand(given, context.OutputType);
        var numbers = context.Numbers(given, context.OutputType);
        return context.Reshape(numbers, numbers.Shape!, context.OutputShape);
    }

    private static GraphValue Full(ConversionContext context, GraphValue value)
    {
        context.Accept(ShapeAndType);
        if (context.Given("this")) _ = context.Input;
        return context.Expand(value, [], context.OutputShape);
    }

    // torch computes progressions in double precision.
    private static GraphValue Progression(
        ConversionContext context, GraphValue numbers, GraphValue start, GraphValue step)
    {
        var scaled = context.Add("Mul", [context.Cast(numbers, ScalarType.Float64), step]);
        return context.Add("Add", [scaled, start]);
    }
}
