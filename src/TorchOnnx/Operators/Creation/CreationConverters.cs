using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Tensors made of numbers. They come here only where a shape or a number moves with the sizes of the inputs; all
/// others are constants.
/// </summary>
internal static class CreationConverters
{
    // The shape is that which the forward pass gave.
    private static readonly string[] Asked =
        ["size", "rows", "columns", "dim0", "dim1", "dim2", "dim3", "sizes", "dtype"];

    public static void AddTo(ConverterRegistry registry)
    {
        registry
            .AddMethod(typeof(torch), "full", context => Fill(context, context.Operand("value", context.OutputType)))
            .AddMethod(typeof(Tensor), "full_like", context => Fill(context, context.Operand("value", context.OutputType)))
            .AddMethod(typeof(torch), "arange", Arange)
            .AddMethod(typeof(torch), "linspace", Linspace)
            .AddMethod(typeof(torch), "eye", Eye)
            .AddMethod(typeof(torch), "tensor", Numbers)
            .AddMethod(typeof(Tensor), "op_Implicit", Numbers);
        // What is not initialised may be anything.
        foreach (var (name, value) in (IEnumerable<(string, double)>)[("zeros", 0), ("ones", 1), ("empty", 0)])
        {
            registry.AddMethod(typeof(torch), name, context => Fill(context, context.Constant(value, context.OutputType)));
            registry.AddMethod(
                typeof(Tensor), $"{name}_like", context => Fill(context, context.Constant(value, context.OutputType)));
        }
    }

    private static GraphValue Fill(ConversionContext context, GraphValue value)
    {
        foreach (string parameter in Asked) context.Argument(parameter);
        if (context.Given("this")) _ = context.Input;
        return context.Expand(value, [], context.OutputShape);
    }

    private static GraphValue Arange(ConversionContext context)
    {
        context.TypeOrNull("dtype");
        var start = context.Given("start") ? context.Argument("start") : (Dimension)0;
        var step = context.Given("step") ? context.Argument("step") : (Dimension)1;
        if (start is Dimension from && step is Dimension by && context.Argument("stop") is Dimension to)
            return context.Cast(
                context.Add("Range", [context.Scalar(from), context.Scalar(to), context.Scalar(by)]), context.OutputType);
        _ = context.Argument("stop");
        var first = context.Constant(context.Number("start", 0), ScalarType.Float64);
        var distance = context.Constant(context.Number("step", 1), ScalarType.Float64);
        return context.Cast(
            Progression(context, context.Range(context.OutputShape[0]), first, distance), context.OutputType);
    }

    private static GraphValue Linspace(ConversionContext context)
    {
        context.TypeOrNull("dtype");
        var steps = context.Size("steps");
        var start = context.Operand("start", ScalarType.Float64);
        var span = context.Add("Sub", [context.Operand("end", ScalarType.Float64), start]);
        var intervals = context.Add("Max", [context.Scalar(steps - 1), context.Scalar(1)]);
        var step = context.Add("Div", [span, context.Cast(intervals, ScalarType.Float64)]);
        return context.Cast(Progression(context, context.Range(steps), start, step), context.OutputType);
    }

    // In double precision, as torch does it.
    private static GraphValue Progression(ConversionContext context, GraphValue numbers, GraphValue start, GraphValue step)
    {
        var scaled = context.Add("Mul", [context.Cast(numbers, ScalarType.Float64), step]);
        return context.Add("Add", [scaled, start]);
    }

    private static GraphValue Eye(ConversionContext context)
    {
        foreach (string parameter in Asked) context.Argument(parameter);
        return context.Cast(
            TriangleConverters.CompareRowsWithColumns(context, "Equal", context.OutputShape[0], context.OutputShape[1], 0),
            context.OutputType);
    }

    // A size, or a list of them.
    private static GraphValue Numbers(ConversionContext context)
    {
        foreach (string parameter in (string[])[.. Asked, "dimensions"]) context.Argument(parameter);
        string given = ((string[])["scalar", "value", "rawArray", "dataArray"]).First(context.Given);
        if (context.OutputShape.Count == 0) return context.Operand(given, context.OutputType);
        var sizes = context.SizeList(given);
        return context.Cast(context.Reshape(context.Sizes(sizes), [sizes.Count], context.OutputShape), context.OutputType);
    }
}
