using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxDigits.Export.Internals.Converters;

/// <summary>Lengths of vectors, and what is measured or scaled by them.</summary>
internal static class NormConverters
{
    public static void AddTo(ConverterRegistry registry) => registry
        .AddMethod(typeof(Tensor), nameof(Tensor.norm), context => Reduction.Of(context, (value, axes, keep, type) =>
            Length(context, value, context.Number("p"), axes, keep, type)))
        .AddMethod(typeof(Tensor), nameof(Tensor.dist), context => Elementwise.Calculate(context, type =>
        {
            var difference = context.Add("Sub", [context.Operand("this", type), context.Operand("other", type)]);
            return Length(context, difference, context.Number("p"), [], keep: false, type);
        }))
        .AddMethod(typeof(functional), nameof(functional.pairwise_distance), Distance)
        .AddMethod(typeof(functional), nameof(functional.normalize), Normalize)
        .AddMethod(typeof(functional), nameof(functional.cosine_similarity), CosineSimilarity);

    /// <summary>The p-norm along some dimensions, or of all elements where there are none.</summary>
    public static GraphValue Length(
        ConversionContext context, GraphValue value, double p, long[] axes, bool keep, ScalarType type)
    {
        return p switch
        {
            1 => Reduction.Apply(context, "ReduceL1", value, axes, keep),
            2 => Reduction.Apply(context, "ReduceL2", value, axes, keep),
            0 => Reduction.Apply(context, "ReduceSum", Elementwise.Truth(context, value, type), axes, keep),
            double.PositiveInfinity => Reduction.Apply(context, "ReduceMax", context.Add("Abs", value), axes, keep),
            double.NegativeInfinity => Reduction.Apply(context, "ReduceMin", context.Add("Abs", value), axes, keep),
            _ => Power(
                Reduction.Apply(context, "ReduceSum", Power(context.Add("Abs", value), p), axes, keep), 1 / p),
        };

        GraphValue Power(GraphValue basis, double exponent) =>
            context.Add("Pow", [basis, context.Constant(exponent, type)]);
    }

    private static GraphValue Distance(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var difference = context.Add("Sub", [context.Operand("input1", type), context.Operand("input2", type)]);
        var shifted = context.Add("Add", [difference, context.Operand("eps", type)]);
        return Length(context, shifted, context.Number("p"), [-1], context.Flag("keepdim"), type);
    });

    private static GraphValue Normalize(ConversionContext context) => Elementwise.Calculate(context, type =>
        Unit(context, context.Operand("input", type), context.Number("p"), context.Integer("dim"), type));

    private static GraphValue Unit(ConversionContext context, GraphValue value, double p, long axis, ScalarType type)
    {
        var length = Length(context, value, p, [axis], keep: true, type);
        return context.Add("Div", [value, context.Add("Max", [length, context.Operand("eps", type)])]);
    }

    private static GraphValue CosineSimilarity(ConversionContext context) => Elementwise.Calculate(context, type =>
    {
        var (left, right) = (context.Tensor("x1").Shape!, context.Tensor("x2").Shape!);
        int axis = context.Axis(context.Integer("dim"));
        if (left.Count != right.Count || left[axis] != right[axis])
            throw context.Refuse(
                "its tensors differ in the number of dimensions or in the size of the compared one",
                "Expand them to one shape first");
        var product = context.Add(
            "Mul",
            [
                Unit(context, context.Operand("x1", type), 2, axis, type),
                Unit(context, context.Operand("x2", type), 2, axis, type),
            ]);
        return Reduction.Apply(context, "ReduceSum", product, [axis], keep: false);
    });
}
