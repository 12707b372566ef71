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
        var start = context.Given("start") ? context.Argument("start") : (Dimension)0;
        var step = context.Given("step") ? context.Argument("step") : (Dimension)1;
        if (start is Dimension from && step is Dimension by && context.Argument("stop") is Dimension to)
        {
            return context.Cast(
                context.Add("Range", [context.Scalar(from), context.Scalar(to), context.Scalar(by)]),
                context.OutputType);
        }
        var first = context.Constant(context.Number("start", 0), ScalarType.Float64);
        var distance = context.Constant(context.Number("step", 1), ScalarType.Float64);
        return context.Cast(
            Progression(context, context.Range(context.OutputShape[0]), first, distance), context.OutputType);
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
