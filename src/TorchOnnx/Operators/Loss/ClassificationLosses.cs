namespace TorchOnnx.Operators;

/// <summary>Converters for classification losses.</summary>
internal static class ClassificationLosses
{
    private const long TorchIgnores = -100;

    // The target contains indices of classes, or a probability for each class.
    public static GraphValue CrossEntropy(ConversionContext context)
    {
        var (input, target) = (LossReduction.Operand(context, "input"), context.Tensor("target"));
        int axis = context.InputShape.Count == 1 ? 0 : 1;
        var logits = context.Add("LogSoftmax", input, new OnnxAttribute("axis", axis));
        double smoothing = context.Number("label_smoothing", 0);
        if (!Elementwise.IsFloating(target.Type!.Value))
        {
            return OfIndices(
                context, logits, target, axis, context.Integer("ignore_index", TorchIgnores), smoothing);
        }
        context.Accept("ignore_index");
        var type = context.OutputType;
        var shares = context.Cast(target, type);
        if (smoothing != 0)
        {
            shares = Elementwise.Times(context, shares, 1 - smoothing, type);
            shares = context.Add(
                "Add", [shares, context.Constant(smoothing / context.InputShape[axis].Size, type)]);
        }
        if (ClassWeights(context, axis) is { } weights) shares = context.Add("Mul", [shares, weights]);
        var products = context.Add("Mul", [logits, shares]);
        return LossReduction.Reduce(context, context.Add("Neg", context.Reduce("ReduceSum", products, [axis])));
    }

    public static GraphValue NegativeLogLikelihood(ConversionContext context) => OfIndices(
        context, LossReduction.Operand(context, "input"), context.Tensor("target"),
        context.InputShape.Count == 1 ? 0 : 1, TorchIgnores, smoothing: 0);

    // (t − 1) · log(1 − x) − t · log x, where torch bounds the logarithms by −100.
    public static GraphValue BinaryCrossEntropy(ConversionContext context)
    {
        GraphValue input = LossReduction.Operand(context, "input"), target = LossReduction.Operand(context, "target");
        var one = LossReduction.Number(context, 1);
        var rest = UnaryConverters.Log1p(context, context.Add("Neg", input), context.OutputType);
        var loss = context.Add("Sub",
        [
            context.Add("Mul", [context.Add("Sub", [target, one]), Bounded(rest)]),
            context.Add("Mul", [target, Bounded(context.Add("Log", input))]),
        ]);
        return LossReduction.Reduce(context, LossReduction.Weighted(context, loss));

        GraphValue Bounded(GraphValue logarithm) =>
            context.Add("Max", [logarithm, LossReduction.Number(context, -100)]);
    }

    // (1 − t) · x + (1 + (w − 1) · t) · log(1 + e⁻ˣ)
    public static GraphValue BinaryCrossEntropyOfLogits(ConversionContext context)
    {
        GraphValue input = LossReduction.Operand(context, "input"), target = LossReduction.Operand(context, "target");
        var one = LossReduction.Number(context, 1);
        var logarithm = context.Add("Softplus", context.Add("Neg", input));
        if (context.Given("pos_weights"))
        {
            var excess = context.Add("Sub", [LossReduction.Operand(context, "pos_weights"), one]);
            var factor = context.Add("Add", [one, context.Add("Mul", [excess, target])]);
            logarithm = context.Add("Mul", [factor, logarithm]);
        }
        var loss = context.Add(
            "Add", [context.Add("Mul", [context.Add("Sub", [one, target]), input]), logarithm]);
        return LossReduction.Reduce(context, LossReduction.Weighted(context, loss));
    }

    public static GraphValue SoftMargin(ConversionContext context)
    {
        var product = context.Add(
            "Mul", [LossReduction.Operand(context, "input"), LossReduction.Operand(context, "target")]);
        var exponential = context.Add("Exp", context.Add("Neg", product));
        return LossReduction.Reduce(context, UnaryConverters.Log1p(context, exponential, context.OutputType));
    }

    // The mean over the classes of t · log(1 + e⁻ˣ) + (1 − t) · log(1 + eˣ).
    public static GraphValue MultiLabelSoftMargin(ConversionContext context)
    {
        GraphValue input = LossReduction.Operand(context, "input"), target = LossReduction.Operand(context, "target");
        var one = LossReduction.Number(context, 1);
        var loss = context.Add("Add",
        [
            context.Add("Mul", [target, context.Add("Softplus", context.Add("Neg", input))]),
            context.Add("Mul", [context.Add("Sub", [one, target]), context.Add("Softplus", input)]),
        ]);
        return LossReduction.Reduce(
            context, context.Reduce("ReduceMean", LossReduction.Weighted(context, loss), [-1]));
    }

    // The losses of ignored indices are 0, and their weights don't count in the mean.
    private static GraphValue OfIndices(
        ConversionContext context, GraphValue logits, GraphValue target, int axis, long ignored, double smoothing)
    {
        var type = context.OutputType;
        var counts = context.Add("Not", context.Add("Equal", [target, context.Constant(ignored, target.Type!.Value)]));
        var zero = context.Constant(0, target.Type.Value);
        var index = context.Add("Where", [counts, target, zero]);
        var weights = context.Cast(counts, type);
        if (context.Given("weight"))
        {
            weights = context.Add(
                "Mul", [weights, context.Gather(LossReduction.Operand(context, "weight"), index, 0)]);
        }
        var chosen = context.Squeeze(
            context.Add(
                "GatherElements", [logits, context.Unsqueeze(index, axis)], new OnnxAttribute("axis", axis)), axis);
        var losses = context.Add("Neg", context.Add("Mul", [chosen, weights]));
        if (smoothing != 0)
        {
            var all = ClassWeights(context, axis) is { } each ? context.Add("Mul", [logits, each]) : logits;
            var sum = context.Add(
                "Mul", [context.Reduce("ReduceSum", all, [axis]), context.Cast(counts, type)]);
            losses = context.Add("Sub",
            [
                Elementwise.Times(context, losses, 1 - smoothing, type),
                Elementwise.Times(context, sum, smoothing / context.InputShape[axis].Size, type),
            ]);
        }
        return LossReduction.Reduce(context, losses, weights);
    }

    // One weight per class, along the axis of the classes.
    private static GraphValue? ClassWeights(ConversionContext context, int axis) => context.Given("weight")
        ? context.Unsqueeze(
            LossReduction.Operand(context, "weight"), Axes.Range(1, context.InputShape.Count - axis - 1))
        : null;
}
