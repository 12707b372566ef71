using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Converters for scaled dot-product attention and multi-head attention.</summary>
internal static class AttentionConverters
{
    private const int ProbeLength = 4;

    // softmax(q·kᵀ / √E + mask)·v
    public static GraphValue ScaledDotProduct(ConversionContext context)
    {
        if (context.Number("p", 0) != 0)
        {
            throw context.Refuse(
                "p is not 0, so it drops weights at random in eval mode too", "Pass p: 0 in eval mode");
        }
        GraphValue query = context.Tensor("query"), key = context.Tensor("key");
        var mask = context.TensorOrNull("attn_mask");
        // "is_casual" is TorchSharp's spelling.
        if (context.Flag("is_casual"))
        {
            mask = TriangleConverters.CompareRowsWithColumns(
                context, "GreaterOrEqual", query.Shape![^2], key.Shape![^2], 0);
        }
        var value = context.Tensor("value");
        if (query.Shape![^1].IsDynamic)
        {
            throw context.Refuse(
                "the embedding size is dynamic, and the scores are divided by its square root",
                "Make that dimension static");
        }
        int rank = key.Shape!.Count;
        var scores = context.Add(
            "Mul",
            [
                context.Add("MatMul", [query, context.Swap(key, rank, rank - 2, rank - 1)]),
                context.Constant(1 / Math.Sqrt(query.Shape[^1].Size)),
            ]);
        var masked = context.Constant(double.NegativeInfinity);
        if (mask is not null)
        {
            scores = mask is { Type: null or ScalarType.Bool }
                ? context.Add("Where", [mask, scores, masked])
                : context.Add("Add", [scores, mask]);
        }
        var weights = context.Add("Softmax", scores, new OnnxAttribute("axis", -1));
        // Softmax gives NaN for a row in which everything is masked; torch gives zeros.
        if (mask is not null)
        {
            weights = context.Add("Where", [context.Add("Equal", [scores, masked]), context.Constant(0.0), weights]);
        }
        return context.Add("MatMul", [weights, value]);
    }

    public static IReadOnlyList<GraphValue> MultiHead(MultiheadAttention module, ConversionContext context)
    {
        var parameters = new NativeParameters(module);
        var (heads, zeroKey) = FindHeads(module, parameters);
        var (result, weights) = new AttentionGraph(context, parameters, heads, zeroKey).Write(
            context.Tensor("query"), context.Tensor("key"), context.Tensor("value"),
            context.TensorOrNull("key_padding_mask"), context.TensorOrNull("attn_mask"));
        return context.Flag("need_weights") ? [result, context.Reduce("ReduceMean", weights, [1])] : [result];
    }

    /// <summary>
    /// Returns the possible numbers of heads for an embedding size, starting with heads of about 64 elements.
    /// </summary>
    public static IReadOnlyList<long> PossibleHeads(long width)
    {
        const long usual = 64;
        return [.. Enumerable.Range(1, (int)width).Select(count => (long)count).Where(count => width % count == 0)
            .OrderBy(count => Math.Abs(Math.Log((double)width / count / usual)))];
    }

    // TorchSharp exposes neither the number of heads nor add_zero_attn.
    private static (long Heads, bool ZeroKey) FindHeads(MultiheadAttention module, NativeParameters parameters)
    {
        long width = parameters["out_proj.weight"].shape[0];
        var (keys, values) = parameters.Find("in_proj_weight") is not null
            ? (width, width)
            : (parameters["k_proj_weight"].shape[1], parameters["v_proj_weight"].shape[1]);
        (long Heads, bool ZeroKey)[] candidates =
            [.. from heads in PossibleHeads(width) from zeroKey in (bool[])[false, true] select (heads, zeroKey)];
        return NativeHyperparameter.Find(
            module, candidates,
            candidate => nn.MultiheadAttention(
                width, candidate.Heads, 0, parameters.Find("out_proj.bias") is not null,
                parameters.Find("bias_k") is not null, candidate.ZeroKey, keys, values),
            (attention, scale) => attention.call(
                NativeHyperparameter.Probe(ProbeLength, 1, width) * scale,
                NativeHyperparameter.Probe(ProbeLength, 1, keys) * scale,
                NativeHyperparameter.Probe(ProbeLength, 1, values) * scale).Item1);
    }
}
