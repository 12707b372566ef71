using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>The module of attention with several heads; their number and whether it adds zeros are found by trial.</summary>
internal static class AttentionModuleConverter
{
    private const int Probes = 4;

    public static void AddTo(ConverterRegistry registry) => registry.AddMultiple<MultiheadAttention>(Convert);

    private static IReadOnlyList<GraphValue> Convert(MultiheadAttention module, ConversionContext context)
    {
        var parameters = new NativeParameters(module);
        var (heads, zeroKey) = Find(module, parameters);
        var (result, weights) = new AttentionGraph(context, parameters, heads, zeroKey).Write(
            context.Tensor("query"), context.Tensor("key"), context.Tensor("value"),
            context.TensorOrNull("key_padding_mask"), context.TensorOrNull("attn_mask"));
        return context.Flag("need_weights") ? [result, context.Reduce("ReduceMean", weights, [1])] : [result];
    }

    private static (long Heads, bool ZeroKey) Find(MultiheadAttention module, NativeParameters parameters)
    {
        long width = parameters["out_proj.weight"].shape[0];
        var (keys, values) = parameters.Find("in_proj_weight") is not null
            ? (width, width)
            : (parameters["k_proj_weight"].shape[1], parameters["v_proj_weight"].shape[1]);
        (long, bool)[] choices =
            [.. from heads in Heads(width) from zeroKey in (bool[])[false, true] select (heads, zeroKey)];
        return HiddenChoice.Find(
            module, choices,
            choice => MultiheadAttention(
                width, choice.Item1, 0, parameters.Find("out_proj.bias") is not null, parameters.Find("bias_k") is not null,
                choice.Item2, keys, values),
            (attention, scale) => attention.call(
                HiddenChoice.Probe(Probes, 1, width) * scale, HiddenChoice.Probe(Probes, 1, keys) * scale,
                HiddenChoice.Probe(Probes, 1, values) * scale).Item1);
    }

    /// <summary>The numbers of heads that a width can be split into, the usual ones of 64 elements first.</summary>
    public static IReadOnlyList<long> Heads(long width)
    {
        const long usual = 64;
        return [.. Enumerable.Range(1, (int)width).Select(count => (long)count).Where(count => width % count == 0)
            .OrderBy(count => Math.Abs(Math.Log((double)width / count / usual)))];
    }
}
