namespace TorchOnnx.Operators;

/// <summary>Converters for margin and distance losses.</summary>
internal static class MarginLosses
{
    // x for the target 1, max(0, margin − x) for −1, and their sum for other targets.
    public static GraphValue HingeEmbedding(ConversionContext context)
    {
        var (input, zero) = (LossReduction.Operand(context, "input"), LossReduction.Number(context, 0));
        var rest = LossReduction.Positive(context, context.Add("Sub", [Margin(context), input]));
        return LossReduction.Reduce(context, context.Add("Add",
        [
            context.Add("Where", [Is(context, -1), zero, input]), context.Add("Where", [Is(context, 1), zero, rest]),
        ]));
    }

    // 1 − cos for the target 1, max(0, cos − margin) for −1, and 0 for other targets.
    public static GraphValue CosineEmbedding(ConversionContext context)
    {
        GraphValue left = LossReduction.Operand(context, "input1"), right = LossReduction.Operand(context, "input2");
        var squares = context.Add("Mul", [SumOfSquares(left), SumOfSquares(right)]);
        var cosine = context.Add("Div", [Sum(context.Add("Mul", [left, right])), context.Add("Sqrt", squares)]);
        var zero = LossReduction.Number(context, 0);
        return LossReduction.Reduce(context, context.Add("Add",
        [
            context.Add(
                "Where", [Is(context, 1), context.Add("Sub", [LossReduction.Number(context, 1), cosine]), zero]),
            context.Add(
                "Where",
                [
                    Is(context, -1),
                    LossReduction.Positive(context, context.Add("Sub", [cosine, Margin(context)])), zero,
                ]),
        ]));

        GraphValue Sum(GraphValue value) => context.Reduce("ReduceSum", value, [-1]);

        GraphValue SumOfSquares(GraphValue value) =>
            context.Add("Add", [Sum(context.Add("Mul", [value, value])), LossReduction.Number(context, 1e-12)]);
    }

    // max(0, −t(x − y) + margin)
    public static GraphValue Ranking(ConversionContext context)
    {
        var difference = context.Add(
            "Sub", [LossReduction.Operand(context, "input2"), LossReduction.Operand(context, "input1")]);
        var signed = context.Add("Mul", [LossReduction.Operand(context, "target"), difference]);
        return LossReduction.Reduce(
            context, LossReduction.Positive(context, context.Add("Add", [signed, Margin(context)])));
    }

    public static GraphValue Triplet(ConversionContext context)
    {
        GraphValue anchor = LossReduction.Operand(context, "anchor");
        GraphValue positive = LossReduction.Operand(context, "positive");
        GraphValue negative = LossReduction.Operand(context, "negative");
        double power = context.Number("p", 2), epsilon = context.Number("eps", 1e-6);
        var far = Distance(anchor, negative);
        if (context.Flag("swap")) far = context.Add("Min", [far, Distance(positive, negative)]);
        var difference = context.Add("Sub", [Distance(anchor, positive), far]);
        return LossReduction.Reduce(
            context, LossReduction.Positive(context, context.Add("Add", [difference, Margin(context)])));

        GraphValue Distance(GraphValue from, GraphValue to)
        {
            var shifted = context.Add("Add", [context.Add("Sub", [from, to]), LossReduction.Number(context, epsilon)]);
            var powers = context.Add("Pow", [context.Add("Abs", shifted), LossReduction.Number(context, power)]);
            return context.Add(
                "Pow", [context.Reduce("ReduceSum", powers, [-1]), LossReduction.Number(context, 1 / power)]);
        }
    }

    // The sum of max(0, margin − x[t] + x[i])ᵖ / C over all classes i except the target t.
    public static GraphValue MultiMargin(ConversionContext context)
    {
        var (input, index) = (LossReduction.Operand(context, "input"), context.Unsqueeze(context.Tensor("target"), -1));
        double power = context.Number("p", 1);
        var chosen = context.Add("GatherElements", [input, index], new OnnxAttribute("axis", -1));
        var losses = LossReduction.Positive(
            context, context.Add("Add", [context.Add("Sub", [input, chosen]), Margin(context)]));
        if (power != 1) losses = context.Add("Pow", [losses, LossReduction.Number(context, power)]);
        if (context.Given("weight"))
        {
            losses = context.Add("Mul", [losses, context.Gather(LossReduction.Operand(context, "weight"), index, 0)]);
        }
        var isTarget = context.Add("Equal", [context.Range(context.InputShape[^1]), index]);
        var others = context.Add("Where", [isTarget, LossReduction.Number(context, 0), losses]);
        return LossReduction.Reduce(context, context.Reduce("ReduceMean", others, [-1]));
    }

    private static GraphValue Margin(ConversionContext context) =>
        LossReduction.Number(context, context.Number("margin", 0));

    private static GraphValue Is(ConversionContext context, double sign) =>
        context.Add("Equal", [LossReduction.Operand(context, "target"), LossReduction.Number(context, sign)]);
}
