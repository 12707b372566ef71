namespace TorchOnnx.Operators;

/// <summary>Converters for regression losses and for divergences between distributions.</summary>
internal static class RegressionLosses
{
    public static GraphValue Squared(ConversionContext context)
    {
        var difference = Difference(context);
        return LossReduction.Reduce(context, context.Add("Mul", [difference, difference]));
    }

    public static GraphValue Absolute(ConversionContext context) =>
        LossReduction.Reduce(context, context.Add("Abs", Difference(context)));

    // d²/2β below β, and d − β/2 above.
    public static GraphValue SmoothAbsolute(ConversionContext context)
    {
        double beta = context.Number("beta", 1);
        return beta == 0 ? Absolute(context) : Bent(context, beta, 1 / beta);
    }

    // d²/2 up to δ, and δ(d − δ/2) above.
    public static GraphValue Huber(ConversionContext context) => Bent(context, context.Number("delta", 1), 1);

    // eᵗ(t − x), or t·log t − t·x.
    public static GraphValue Divergence(ConversionContext context)
    {
        GraphValue input = LossReduction.Operand(context, "input"), target = LossReduction.Operand(context, "target");
        if (context.Flag("log_target", true))
        {
            return LossReduction.Reduce(context, context.Add(
                "Mul", [context.Add("Exp", target), context.Add("Sub", [target, input])]));
        }
        var product = context.Add("Mul", [target, context.Add("Log", target)]);
        var zero = LossReduction.Number(context, 0);
        var entropy = context.Add("Where", [context.Add("Equal", [target, zero]), zero, product]);
        return LossReduction.Reduce(
            context, context.Add("Sub", [entropy, context.Add("Mul", [target, input])]));
    }

    public static GraphValue Poisson(ConversionContext context)
    {
        GraphValue input = LossReduction.Operand(context, "input"), target = LossReduction.Operand(context, "target");
        // TorchSharp ignores eps: log(input + 0.1) is log(input).
        context.Number("eps", 0);
        var loss = context.Flag("log_input", true)
            ? context.Add("Sub", [context.Add("Exp", input), context.Add("Mul", [target, input])])
            : context.Add("Sub", [input, context.Add("Mul", [target, context.Add("Log", input)])]);
        return LossReduction.Reduce(
            context, context.Flag("full") ? context.Add("Add", [loss, Stirling(context, target)]) : loss);
    }

    // TorchSharp adds up the losses of each row.
    public static GraphValue Gaussian(ConversionContext context)
    {
        var shape = context.Tensor("input").Shape!;
        var difference = Difference(context);
        var variance = LossReduction.Operand(context, "variance");
        if (variance.Shape!.Count < shape.Count) variance = context.Unsqueeze(variance, -1);
        variance = context.Add("Max", [variance, LossReduction.Number(context, context.Number("eps", 1e-6))]);
        var squares = context.Add("Div", [context.Add("Mul", [difference, difference]), variance]);
        var loss = Elementwise.Times(
            context, context.Add("Add", [context.Add("Log", variance), squares]), 0.5, context.OutputType);
        if (context.Flag("full"))
        {
            loss = context.Add("Add", [loss, LossReduction.Number(context, 0.5 * Math.Log(2 * Math.PI))]);
        }
        int[] others = [.. Enumerable.Range(1, shape.Count - 1)];
        return LossReduction.Reduce(
            context, others.Length == 0 ? loss : context.Reduce("ReduceSum", loss, others));
    }

    private static GraphValue Difference(ConversionContext context) => context.Add(
        "Sub", [LossReduction.Operand(context, "input"), LossReduction.Operand(context, "target")]);

    // A parabola up to a bend, and a straight line above.
    private static GraphValue Bent(ConversionContext context, double bend, double factor)
    {
        var type = context.OutputType;
        var distance = context.Add("Abs", Difference(context));
        var parabola = Elementwise.Times(context, context.Add("Mul", [distance, distance]), 0.5 * factor, type);
        var line = Elementwise.Times(
            context, context.Add("Sub", [distance, context.Constant(0.5 * bend, type)]), bend * factor, type);
        var isBelow = context.Add("Less", [distance, context.Constant(bend, type)]);
        return LossReduction.Reduce(context, context.Add("Where", [isBelow, parabola, line]));
    }

    // t·log t − t + log(2πt)/2 for t > 1, and 0 otherwise.
    private static GraphValue Stirling(ConversionContext context, GraphValue target)
    {
        var type = context.OutputType;
        var logarithm = context.Add("Log", target);
        var root = context.Add("Log", Elementwise.Times(context, target, 2 * Math.PI, type));
        var value = context.Add("Add",
        [
            context.Add("Sub", [context.Add("Mul", [target, logarithm]), target]),
            Elementwise.Times(context, root, 0.5, type),
        ]);
        var isAbove = context.Add("Greater", [target, context.Constant(1, type)]);
        return context.Add("Where", [isAbove, value, context.Constant(0, type)]);
    }
}
