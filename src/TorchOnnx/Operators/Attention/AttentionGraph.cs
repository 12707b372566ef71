using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>
/// Writes multi-head attention over [T, N, E] as libtorch computes it (Vaswani et al., "Attention Is All You Need",
/// 2017).
/// </summary>
/// <param name="context">The call to convert.</param>
/// <param name="parameters">The parameters of the attention.</param>
/// <param name="heads">The number of heads.</param>
/// <param name="zeroKey">Indicates whether a key and a value of zeros are appended (add_zero_attn).</param>
internal sealed class AttentionGraph(
    ConversionContext context, NativeParameters parameters, long heads, bool zeroKey = false)
{
    private readonly long _width = parameters["out_proj.weight"].shape[0];

    // The number of keys that the attention appends: bias_k and zeros.
    private int AddedKeys => (parameters.Find("bias_k") is null ? 0 : 1) + (zeroKey ? 1 : 0);

    /// <summary>Writes the attention.</summary>
    /// <returns>The result [T, N, E], and the weights of each head [N, heads, T, S].</returns>
    public (GraphValue Result, GraphValue Weights) Write(
        GraphValue query, GraphValue key, GraphValue value, GraphValue? keyPaddingMask, GraphValue? attentionMask)
    {
        var weights = parameters.Find("in_proj_weight") is { } joint
            ? Split(joint)
            : [.. ((string[])["q", "k", "v"]).Select(name => context.Parameter(parameters[$"{name}_proj_weight"]))];
        var biases = parameters.Find("in_proj_bias") is { } bias ? Split(bias) : [];
        GraphValue[] projected = [.. new[] { query, key, value }.Zip(weights).Select((pair, place) =>
            LinearConverters.LinearByMatMul(context, pair.First, pair.Second, biases.ElementAtOrDefault(place)))];

        var scaled = context.Add("Mul", [projected[0], context.Constant(Math.Pow(_width / heads, -0.5))]);
        var scores = context.Add(
            "MatMul", [Heads(scaled, [1, 2, 0, 3]), Heads(AppendKeys(projected[1], "bias_k"), [1, 2, 3, 0])]);
        // libtorch adds a boolean mask as ones and zeros.
        if (attentionMask is not null)
        {
            scores = context.Add("Add", [scores, PadMask(context.Cast(attentionMask, context.OutputType))]);
        }
        if (keyPaddingMask is not null)
        {
            scores = context.Add(
                "Where",
                [
                    context.Unsqueeze(PadMask(keyPaddingMask), 1, 2), context.Constant(double.NegativeInfinity), scores,
                ]);
        }
        var shares = context.Add("Softmax", scores, new OnnxAttribute("axis", -1));
        var mixed = context.Permute(
            context.Add("MatMul", [shares, Heads(AppendKeys(projected[2], "bias_v"), [1, 2, 0, 3])]), [2, 0, 1, 3]);
        var joined = context.Add("Reshape", [mixed, context.Constant([0L, 0, _width])]);
        return (parameters.Below("out_proj").Linear(context, joined), shares);
    }

    private IReadOnlyList<GraphValue> Split(torch.Tensor joint) => context.AddMany(
        "Split", [context.Parameter(joint), context.Constant([_width, _width, _width])], 3,
        new OnnxAttribute("axis", 0));

    private GraphValue Heads(GraphValue value, int[] order) =>
        context.Permute(context.Add("Reshape", [value, context.Constant([0L, 0, heads, _width / heads])]), order);

    private GraphValue AppendKeys(GraphValue projected, string bias)
    {
        List<GraphValue> parts = [projected];
        var shape = AddedKeys == 0 ? null : context.Sizes([1, context.InputShape[1], _width]);
        if (parameters.Find(bias) is { } row) parts.Add(context.Add("Expand", [context.Parameter(row), shape]));
        if (zeroKey) parts.Add(context.Add("Expand", [context.Constant(0f), shape]));
        return context.Concat(parts, 0);
    }

    // The added keys are never masked.
    private GraphValue PadMask(GraphValue mask) => AddedKeys == 0
        ? mask
        : context.Add("Pad", [mask, context.Constant([0L, 0, 0, AddedKeys])]);
}
