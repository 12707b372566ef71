using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>Contains the masks of an attention layer.</summary>
/// <param name="Attention">The numbers that are added to the scores, [T, S].</param>
/// <param name="KeyPadding">The flags that exclude keys, [N, S].</param>
internal readonly record struct AttentionMasks(GraphValue? Attention, GraphValue? KeyPadding);

/// <summary>Writes the encoders and decoders of transformers, which normalize after each residual sum.</summary>
/// <param name="context">The call to convert.</param>
/// <param name="heads">The number of heads of each attention.</param>
/// <param name="activation">The activation between the two linear layers.</param>
internal sealed class TransformerGraph(ConversionContext context, long heads, nn.Activations activation)
{
    public GraphValue Encoder(NativeParameters parameters, GraphValue source, AttentionMasks masks) =>
        parameters.Below("norm").LayerNorm(
            context, parameters.Layers().Aggregate(source, (value, layer) => EncoderLayer(layer, value, masks)));

    public GraphValue Decoder(
        NativeParameters parameters, GraphValue target, GraphValue memory, AttentionMasks masks,
        AttentionMasks memoryMasks) =>
        parameters.Below("norm").LayerNorm(
            context,
            parameters.Layers().Aggregate(
                target, (value, layer) => DecoderLayer(layer, value, memory, masks, memoryMasks)));

    public GraphValue EncoderLayer(NativeParameters parameters, GraphValue source, AttentionMasks masks)
    {
        var attended = SelfAttention(parameters, source, masks);
        return AddAndNorm(attended, FeedForward(parameters, attended), parameters.Below("norm2"));
    }

    public GraphValue DecoderLayer(
        NativeParameters parameters, GraphValue target, GraphValue memory, AttentionMasks masks,
        AttentionMasks memoryMasks)
    {
        var attended = SelfAttention(parameters, target, masks);
        var crossed = AddAndNorm(
            attended, Attention(parameters.Below("multihead_attn"), attended, memory, memoryMasks),
            parameters.Below("norm2"));
        return AddAndNorm(crossed, FeedForward(parameters, crossed), parameters.Below("norm3"));
    }

    private GraphValue SelfAttention(NativeParameters parameters, GraphValue value, AttentionMasks masks) =>
        AddAndNorm(value, Attention(parameters.Below("self_attn"), value, value, masks), parameters.Below("norm1"));

    private GraphValue Attention(
        NativeParameters parameters, GraphValue query, GraphValue memory, AttentionMasks masks) =>
        new AttentionGraph(context, parameters, heads)
            .Write(query, memory, memory, masks.KeyPadding, masks.Attention).Result;

    private GraphValue FeedForward(NativeParameters parameters, GraphValue value)
    {
        var hidden = parameters.Below("linear1").Linear(context, value);
        var active = activation == nn.Activations.GELU
            ? GateConverters.Gelu(context, hidden, GELU.Approximate.none, ScalarType.Float32)
            : context.Add("Relu", hidden);
        return parameters.Below("linear2").Linear(context, active);
    }

    private GraphValue AddAndNorm(GraphValue value, GraphValue change, NativeParameters norm) =>
        norm.LayerNorm(context, context.Add("Add", [value, change]));
}
