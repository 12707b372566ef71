using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Sums, means or maxima over bags of rows of a table.</summary>
internal static class EmbeddingBagConverter
{
    public static void AddTo(ConverterRegistry registry) => registry.Add<EmbeddingBag>(Convert);

    private static GraphValue Convert(EmbeddingBag module, ConversionContext context)
    {
        if (context.OutputShape[0] != (context.TensorOrNull("offsets")?.Shape ?? context.InputShape)[0])
            throw context.Refuse(
                "include_last_offset is not written",
                "Build it with include_last_offset: false");
        var bag = BagKind.Of(module);
        var indices = context.Tensor("input");
        var rows = context.Gather(context.Parameter(module.weight!, bag.Table), indices, 0);
        if (context.TensorOrNull("perSampleWeights") is { } weights)
            rows = context.Add("Mul", [rows, context.Unsqueeze(weights, -1)]);
        // Flags [B, L]: which element is in which bag.
        var members = context.TensorOrNull("offsets") is { } offsets ? Members(context, offsets) : null;
        if (bag.PaddingIndex is { } padding)
        {
            var counted = context.Add(
                "Not", context.Add("Equal", [context.Cast(indices, torch.ScalarType.Int64), context.Constant([padding])]));
            members = members is null ? counted : context.Add("And", [members, counted]);
        }
        return bag.Mode == EmbeddingBagMode.Max ? Maximum(context, rows, members) : Sum(context, rows, members, bag.Mode);
    }

    private static GraphValue Sum(ConversionContext context, GraphValue rows, GraphValue? members, EmbeddingBagMode mode)
    {
        if (members is null)
            return context.Reduce(mode == EmbeddingBagMode.Sum ? "ReduceSum" : "ReduceMean", rows, [1]);
        var shares = context.Cast(members, torch.ScalarType.Float32);
        // [1, L] · [L, E] for each bag: in the one form the rows are common to all bags, in the other each has its own.
        var sums = context.Given("offsets")
            ? context.Add("MatMul", [shares, rows])
            : context.Squeeze(context.Add("MatMul", [context.Unsqueeze(shares, 1), rows]), 1);
        if (mode == EmbeddingBagMode.Sum) return sums;
        var count = context.Reduce("ReduceSum", shares, [1], keep: true);
        return context.Add("Div", [sums, context.Add("Max", [count, context.Constant(1f)])]);
    }

    private static GraphValue Maximum(ConversionContext context, GraphValue rows, GraphValue? members)
    {
        if (members is null) return context.Reduce("ReduceMax", rows, [1]);
        if (context.Given("offsets")) rows = context.Unsqueeze(rows, 0);
        var counted = context.Unsqueeze(members, -1);
        var maximum = context.Reduce(
            "ReduceMax", context.Add("Where", [counted, rows, context.Constant(double.NegativeInfinity)]), [1]);
        // A bag without elements gives zeros.
        var filled = context.Reduce("ReduceMax", context.Cast(counted, torch.ScalarType.Float32), [1]);
        return context.Add("Where", [context.Cast(filled, torch.ScalarType.Bool), maximum, context.Constant(0f)]);
    }

    private static GraphValue Members(ConversionContext context, GraphValue offsets)
    {
        var length = context.InputShape[0];
        var starts = context.Cast(offsets, torch.ScalarType.Int64);
        var places = context.Range(length);
        var ends = context.Concat([context.Slice(starts, 0, 1), context.Sizes([length])], 0);
        return context.Add(
            "And",
            [
                context.Add("LessOrEqual", [context.Unsqueeze(starts, 1), places]),
                context.Add("Less", [places, context.Unsqueeze(ends, 1)]),
            ]);
    }
}
