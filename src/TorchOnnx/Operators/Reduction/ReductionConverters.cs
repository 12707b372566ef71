using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for sums, products, counts and moments.</summary>
internal static class ReductionConverters
{
    private static readonly string[] DimensionNames = ["dim", "dims", "dimensions", "dim0", "dim1", "dim2"];

    // The recorded result has the requested dtype, and torch converts the input to it before it reduces.
    public static GraphValue Reduce(ConversionContext context, string opType)
    {
        context.Accept("type");
        return Reduce(context, (value, axes, keep, _) => context.Reduce(opType, value, axes, keep));
    }

    public static GraphValue LogSumExp(ConversionContext context) =>
        Reduce(context, (value, axes, keep, type) => LogSumExp(context, value, axes, keep, type));

    // log Σ eˣ = max + log Σ e^(x − max). ONNX Runtime's ReduceLogSumExp is wrong if the first element is −∞.
    public static GraphValue LogSumExp(
        ConversionContext context, GraphValue value, IReadOnlyList<int> axes, bool keep, ScalarType type)
    {
        var maximum = context.Reduce("ReduceMax", value, axes, keep: true);
        var largest = context.Add("Where", [context.Add("IsInf", maximum), context.Constant(0, type), maximum]);
        var exponentials = context.Add("Exp", context.Add("Sub", [value, largest]));
        var logarithm = context.Add("Log", context.Reduce("ReduceSum", exponentials, axes, keep));
        // This second reduction only removes the dimensions of size 1.
        var added = keep ? largest : context.Reduce("ReduceMax", largest, axes, keep);
        return context.Add("Add", [logarithm, added]);
    }

    public static GraphValue NanSum(ConversionContext context) => Reduce(context, (value, axes, keep, type) =>
    {
        if (Elementwise.IsFloating(type))
        {
            value = context.Add("Where", [context.Add("IsNaN", value), context.Constant(0, type), value]);
        }
        return context.Reduce("ReduceSum", value, axes, keep);
    });

    // Writes all, any and count_nonzero as the minimum, maximum and sum of zeros and ones.
    public static GraphValue ReduceTruth(ConversionContext context, string opType) =>
        Elementwise.Calculate(context, type =>
        {
            var flags = context.Cast(context.Cast(context.Input, ScalarType.Bool), type);
            return context.Reduce(opType, flags, Dimensions(context), context.Flag("keepdim"));
        });

    /// <summary>Writes the variance or standard deviation, followed by the mean if the call returns it.</summary>
    public static IReadOnlyList<GraphValue> Moments(ConversionContext context, bool root)
    {
        var type = context.InputType;
        int[] axes = Dimensions(context);
        bool keep = context.Flag("keepdim");
        bool unbiased = context.Flag("unbiased", true);
        if (!unbiased && axes.Length == 0 && context.MethodName == "var")
        {
            throw context.Refuse(
                "this version of TorchSharp ignores unbiased: false in var over all elements", "Name the dimensions");
        }
        // TorchSharp ignores the argument "type".
        context.Accept("type");
        var mean = context.Reduce("ReduceMean", context.Input, axes, keep: true);
        var deviation = context.Add("Sub", [context.Input, mean]);
        var squares = context.Reduce("ReduceSum", context.Add("Mul", [deviation, deviation]), axes, keep);
        var count = Axes.Count(
            axes.Length == 0 ? context.InputShape : axes.Select(axis => context.InputShape[axis]));
        if (unbiased) count -= 1;
        var variance = context.Add("Div", [squares, context.Scalar(count, type)]);
        return
        [
            root ? context.Add("Sqrt", variance) : variance,
            .. context.OutputTypes.Skip(1).Select(_ =>
                keep ? mean : context.Reduce("ReduceMean", context.Input, axes, keep)),
        ];
    }

    private static GraphValue Reduce(
        ConversionContext context, Func<GraphValue, int[], bool, ScalarType, GraphValue> reduce) =>
        Elementwise.Calculate(context, type =>
            reduce(context.Cast(context.Input, type), Dimensions(context), context.Flag("keepdim"), type));

    // Returns the axes to reduce, or an empty array for all axes.
    private static int[] Dimensions(ConversionContext context) => context.InputShape.Count == 0
        ? []
        : [.. DimensionNames.SelectMany(name => context.Integers(name, [])).Select(context.Axis)];
}
