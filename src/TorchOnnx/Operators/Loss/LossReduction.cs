using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Reads the operands of losses and reduces their results.</summary>
internal static class LossReduction
{
    /// <summary>Returns a tensor argument in the dtype of the loss.</summary>
    public static GraphValue Operand(ConversionContext context, string parameter) =>
        context.Operand(parameter, context.OutputType);

    /// <summary>Returns a constant in the dtype of the loss.</summary>
    public static GraphValue Number(ConversionContext context, double number) =>
        context.Constant(number, context.OutputType);

    /// <summary>Returns the larger of a value and 0.</summary>
    public static GraphValue Positive(ConversionContext context, GraphValue value) =>
        context.Add("Max", [value, Number(context, 0)]);

    /// <summary>Multiplies by the argument "weight", if it is given.</summary>
    public static GraphValue Weighted(ConversionContext context, GraphValue loss) =>
        context.Given("weight") ? context.Add("Mul", [loss, Operand(context, "weight")]) : loss;

    /// <summary>Reduces the losses of the elements by the method in the argument "reduction".</summary>
    public static GraphValue Reduce(ConversionContext context, GraphValue losses) =>
        Kind(context) switch
        {
            nn.Reduction.Mean => context.Reduce("ReduceMean", losses, []),
            nn.Reduction.Sum => context.Reduce("ReduceSum", losses, []),
            _ => losses,
        };

    /// <summary>Reduces losses. The mean divides by the sum of <paramref name="weights"/>.</summary>
    public static GraphValue Reduce(ConversionContext context, GraphValue losses, GraphValue weights)
    {
        if (Kind(context) == nn.Reduction.None) return losses;
        var sum = context.Reduce("ReduceSum", losses, []);
        return Kind(context) == nn.Reduction.Sum
            ? sum
            : context.Add("Div", [sum, context.Reduce("ReduceSum", weights, [])]);
    }

    private static nn.Reduction Kind(ConversionContext context) =>
        (nn.Reduction)(context.Argument("reduction") ?? nn.Reduction.Mean);
}
