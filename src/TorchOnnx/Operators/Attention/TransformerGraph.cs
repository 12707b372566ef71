using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>What an attention is kept from.</summary>
/// <param name="Attention">What is added to the scores of each query and key, [T, S].</param>
/// <param name="KeyPadding">Flags at the keys that count for nothing, [N, S].</param>
internal readonly record struct AttentionMasks(GraphValue? Attention, GraphValue? KeyPadding);

/// <summary>Writes encoders and decoders layer by layer; each part is normalised after its result is added.</summary>
/// <param name="context">The place in the graph.</param>
/// <param name="heads">The number of heads of each attention.</param>
/// <param name="activation">The activation between the two linear layers.</param>
internal sealed class TransformerGraph(ConversionContext context, long heads, Activations activation)
{
    public GraphValue Encoder(NativeParameters parameters, GraphValue source, AttentionMasks masks) => NativeLayers.Norm(
        context, parameters.Layers().Aggregate(source, (value, layer) => EncoderLayer(layer, value, masks)),
        parameters.Below("norm"));

    public GraphValue Decoder(
        NativeParameters parameters, GraphValue target, GraphValue memory, AttentionMasks masks, AttentionMasks memoryMasks) =>
        NativeLayers.Norm(
            context,
            parameters.Layers().Aggregate(target, (value, layer) => DecoderLayer(layer, value, memory, masks, memoryMasks)),
            parameters.Below("norm"));

    public GraphValue EncoderLayer(NativeParameters parameters, GraphValue source, AttentionMasks masks)
    {
        var attended = AttendToItself(parameters, source, masks);
        return AddAndNorm(attended, FeedForward(parameters, attended), parameters.Below("norm2"));
    }

    public GraphValue DecoderLayer(
        NativeParameters parameters, GraphValue target, GraphValue memory, AttentionMasks masks, AttentionMasks memoryMasks)
    {
        var attended = AttendToItself(parameters, target, masks);
        var crossed = AddAndNorm(
            attended, Attend(parameters.Below("multihead_attn"), attended, memory, memoryMasks), parameters.Below("norm2"));
        return AddAndNorm(crossed, FeedForward(parameters, crossed), parameters.Below("norm3"));
    }

    private GraphValue AttendToItself(NativeParameters parameters, GraphValue value, AttentionMasks masks) =>
        AddAndNorm(value, Attend(parameters.Below("self_attn"), value, value, masks), parameters.Below("norm1"));

    private GraphValue Attend(NativeParameters parameters, GraphValue query, GraphValue memory, AttentionMasks masks) =>
        new AttentionGraph(context, parameters, heads)
            .Write(query, memory, memory, masks.KeyPadding, masks.Attention).Result;

    private GraphValue FeedForward(NativeParameters parameters, GraphValue value)
    {
        var hidden = NativeLayers.Linear(context, value, parameters.Below("linear1"));
        var active = activation == Activations.GELU ? NativeLayers.Gelu(context, hidden) : context.Add("Relu", hidden);
        return NativeLayers.Linear(context, active, parameters.Below("linear2"));
    }

    private GraphValue AddAndNorm(GraphValue value, GraphValue change, NativeParameters norm) =>
        NativeLayers.Norm(context, context.Add("Add", [value, change]), norm);
}
