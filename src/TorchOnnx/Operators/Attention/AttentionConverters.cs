using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>softmax(q·kᵀ / √E + mask)·v: scaled dot-product attention.</summary>
internal static class AttentionConverters
{
    public static void AddTo(ConverterRegistry registry) =>
        registry.AddMethod(typeof(nn.functional), "scaled_dot_product_attention", Convert);

    private static GraphValue Convert(ConversionContext context)
    {
        if (context.Number("p", 0) != 0)
            throw context.Refuse(
                "it drops weights at random in eval mode too, because p is not 0", "Give p: 0 where training is false");
        GraphValue query = context.Tensor("query"), key = context.Tensor("key");
        var mask = context.TensorOrNull("attn_mask");
        if (context.Flag("is_casual"))
            mask = TriangleConverters.CompareRowsWithColumns(
                context, "GreaterOrEqual", query.Shape![^2], key.Shape![^2], 0);
        bool isFlags = mask is { Type: null or ScalarType.Bool };
        return Attend(context, query, key, context.Tensor("value"), mask, isFlags);
    }

    /// <summary>Attention of queries to keys with a mask, be it of flags (true: attend) or of numbers to add.</summary>
    public static GraphValue Attend(
        ConversionContext context, GraphValue query, GraphValue key, GraphValue value, GraphValue? mask, bool isFlags)
    {
        int rank = key.Shape!.Count;
        if (query.Shape![^1].IsDynamic)
            throw context.Refuse(
                "the size of the embedding is dynamic, and the scores are divided by its root",
                "Make that dimension static");
        var scores = context.Add(
            "Mul",
            [
                context.Add("MatMul", [query, context.Swap(key, rank, rank - 2, rank - 1)]),
                context.Constant(1 / Math.Sqrt(query.Shape[^1].Size)),
            ]);
        var least = context.Constant(double.NegativeInfinity);
        if (mask is not null)
            scores = isFlags ? context.Add("Where", [mask, scores, least]) : context.Add("Add", [scores, mask]);
        var weights = context.Add("Softmax", scores, new OnnxAttribute("axis", -1));
        // A row that attends to nothing is zero, and 0 / 0 without this.
        if (mask is not null)
            weights = context.Add("Where", [context.Add("Equal", [scores, least]), context.Constant(0.0), weights]);
        return context.Add("MatMul", [weights, value]);
    }
}
