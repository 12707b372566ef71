using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters that count elements in bins.</summary>
internal static class CountConverters
{
    // The number of bins depends on the largest element.
    public static GraphValue BinCount(ConversionContext context)
    {
        context.RequireDataDependentSize(context.OutputShape[0]);
        var type = Elementwise.Wide(context.OutputType);
        var values = context.Cast(context.Tensor("this"), ScalarType.Int64);
        // ReduceMax of an empty vector has no result.
        var least = context.Constant([context.Integer("minlength", 0) - 1]);
        var largest = context.Reduce("ReduceMax", context.Concat([values, least], 0), []);
        var count = context.Add("Add", [largest, context.Scalar(1)]);
        var bins = context.Add("Range", [context.Scalar(0), count, context.Scalar(1)]);
        var isInBin = context.Cast(context.Add("Equal", [context.Unsqueeze(values, 1), bins]), type);
        if (context.Given("weights"))
        {
            isInBin = context.Add("Mul", [isInBin, context.Unsqueeze(context.Operand("weights", type), 1)]);
        }
        return context.Reduce("ReduceSum", isInBin, [0]);
    }

    // Element x belongs to bin (x − min) · bins / (max − min), and the last bin includes max. If min and max are both
    // 0, they are the smallest and the largest element.
    public static GraphValue Histogram(ConversionContext context)
    {
        var type = context.InputType;
        long bins = context.Integer("bins", 100), min = context.Integer("min", 0), max = context.Integer("max", 0);
        var flat = context.Add("Reshape", [context.Input, context.Constant([-1L])]);
        GraphValue low = context.Constant(min, type), high = context.Constant(max, type);
        if (min == max)
        {
            if (min == 0) (low, high) = (context.Reduce("ReduceMin", flat, []), context.Reduce("ReduceMax", flat, []));
            var isPoint = context.Add("Equal", [low, high]);
            var one = context.Cast(isPoint, type);
            (low, high) = (context.Add("Sub", [low, one]), context.Add("Add", [high, one]));
        }
        var scaled = context.Add("Mul", [context.Add("Sub", [flat, low]), context.Constant(bins, type)]);
        var place = context.Add("Floor", context.Add("Div", [scaled, context.Add("Sub", [high, low])]));
        var bin = context.Add("Min", [place, context.Constant(bins - 1, type)]);
        var isInside = context.Add(
            "And",
            [context.Add("GreaterOrEqual", [flat, low]), context.Add("LessOrEqual", [flat, high])]);
        var isInBin = context.Add(
            "And",
            [
                context.Add("Equal", [context.Unsqueeze(context.Cast(bin, ScalarType.Int64), 1), context.Range(bins)]),
                context.Unsqueeze(isInside, 1),
            ]);
        return context.Reduce("ReduceSum", context.Cast(isInBin, type), [0]);
    }
}
