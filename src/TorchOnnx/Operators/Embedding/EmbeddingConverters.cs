using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Operators;

/// <summary>Converters for embedding tables and for sums, means and maxima over bags of their rows.</summary>
internal static class EmbeddingConverters
{
    private const long RowsOfPart = 1024;

    public static GraphValue Lookup(Embedding module, ConversionContext context) =>
        context.Add("Gather", [context.Parameter(module.weight!, Table(module)), context.Input]);

    public static GraphValue Bag(EmbeddingBag module, ConversionContext context)
    {
        if (context.OutputShape[0] != (context.TensorOrNull("offsets")?.Shape ?? context.InputShape)[0])
        {
            throw context.Refuse("include_last_offset is not supported", "Pass include_last_offset: false");
        }
        var bag = EmbeddingBagKind.Of(module);
        var indices = context.Tensor("input");
        var rows = context.Gather(context.Parameter(module.weight!, bag.Table), indices, 0);
        if (context.TensorOrNull("perSampleWeights") is { } weights)
        {
            rows = context.Add("Mul", [rows, context.Unsqueeze(weights, -1)]);
        }
        // Booleans [B, L] that mark the indices of each bag.
        var members = context.TensorOrNull("offsets") is { } offsets ? Members(context, offsets) : null;
        if (bag.PaddingIndex is { } padding)
        {
            var isPadding = context.Add(
                "Equal", [context.Cast(indices, torch.ScalarType.Int64), context.Constant([padding])]);
            var counted = context.Add("Not", isPadding);
            members = members is null ? counted : context.Add("And", [members, counted]);
        }
        return bag.Mode == EmbeddingBagMode.Max
            ? Maximum(context, rows, members)
            : Sum(context, rows, members, bag.Mode);
    }

    // With max_norm, forward overwrites the rows that it reads with rescaled ones. TorchSharp does not expose max_norm,
    // so this runs forward on all indices, and copies the table if a row has changed. The export restores the module's
    // rows at its end. Parts of the table stay in the processor's cache, because a table may be most of a model.
    private static torch.Tensor Table(Embedding module)
    {
        var weight = module.weight!.detach();
        bool isRescaled = false;
        for (long start = 0; start < weight.shape[0]; start += RowsOfPart)
        {
            using var scope = torch.NewDisposeScope();
            long end = Math.Min(start + RowsOfPart, weight.shape[0]);
            var before = weight.slice(0, start, end, 1).clone();
            var after = module.call(torch.arange(start, end, device: weight.device));
            isRescaled |= !after.equal(before).all().item<bool>();
        }
        return isRescaled ? weight.clone() : module.weight;
    }

    private static GraphValue Sum(
        ConversionContext context, GraphValue rows, GraphValue? members, EmbeddingBagMode mode)
    {
        if (members is null)
        {
            return context.Reduce(mode == EmbeddingBagMode.Sum ? "ReduceSum" : "ReduceMean", rows, [1]);
        }
        var shares = context.Cast(members, context.OutputType);
        // With offsets, all bags share the rows [L, E]. Without offsets, the rows are [B, L, E].
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
        // torch gives zeros for an empty bag.
        var filled = context.Reduce("ReduceMax", context.Cast(counted, context.OutputType), [1]);
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
