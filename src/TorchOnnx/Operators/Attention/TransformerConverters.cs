using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Operators;

/// <summary>
/// Converters for transformers and their layers. TorchSharp exposes neither the number of heads nor the activation, so
/// both are found by trial.
/// </summary>
internal static class TransformerConverters
{
    private const int ProbeLength = 4;

    // The overloads of "call" that take masks run native code and never reach forward.
    public static GraphValue EncoderLayerCall(ConversionContext context) =>
        EncoderLayer((TransformerEncoderLayer)context.Argument("this")!, context);

    public static GraphValue TransformerCall(ConversionContext context) =>
        Transformer((Transformer)context.Argument("this")!, context);

    public static GraphValue EncoderLayer(TransformerEncoderLayer module, ConversionContext context) =>
        Graph(
            module, context, [new NativeParameters(module)],
            (width, heads, feedForward, activation) =>
                nn.TransformerEncoderLayer(width, heads, feedForward, 0, activation),
            (layer, probe) => layer.call(probe))
            .EncoderLayer(new(module), context.Tensor("src"), Masks(context, "src"));

    public static GraphValue Encoder(TransformerEncoder module, ConversionContext context) =>
        Graph(
            module, context, new NativeParameters(module).Layers(),
            (width, heads, feedForward, activation) => nn.TransformerEncoder(
                nn.TransformerEncoderLayer(width, heads, feedForward, 0, activation),
                new NativeParameters(module).Layers().Count),
            (encoder, probe) => encoder.call(probe))
            .Encoder(new(module), context.Tensor("src"), Masks(context, "src"));

    public static GraphValue DecoderLayer(TransformerDecoderLayer module, ConversionContext context) =>
        Graph(
            module, context, [new NativeParameters(module)],
            (width, heads, feedForward, activation) =>
                nn.TransformerDecoderLayer(width, heads, feedForward, 0, activation),
            (layer, probe) => layer.call(probe, probe))
            .DecoderLayer(
                new(module), context.Tensor("tgt"), context.Tensor("memory"), Masks(context, "tgt"),
                Masks(context, "memory"));

    public static GraphValue Decoder(TransformerDecoder module, ConversionContext context) =>
        Graph(
            module, context, new NativeParameters(module).Layers(),
            (width, heads, feedForward, activation) => nn.TransformerDecoder(
                nn.TransformerDecoderLayer(width, heads, feedForward, 0, activation),
                new NativeParameters(module).Layers().Count),
            (decoder, probe) => decoder.call(probe, probe))
            .Decoder(
                new(module), context.Tensor("tgt"), context.Tensor("memory"), Masks(context, "tgt"),
                Masks(context, "memory"));

    public static GraphValue Transformer(Transformer module, ConversionContext context)
    {
        var parameters = new NativeParameters(module);
        NativeParameters encoder = parameters.Below("encoder"), decoder = parameters.Below("decoder");
        var graph = Graph(
            module, context, [.. encoder.Layers(), .. decoder.Layers()],
            (width, heads, feedForward, activation) => nn.Transformer(
                width, heads, encoder.Layers().Count, decoder.Layers().Count, feedForward, 0, activation),
            (transformer, probe) => transformer.call(probe, probe));
        var memory = graph.Encoder(encoder, context.Tensor("src"), Masks(context, "src"));
        return graph.Decoder(decoder, context.Tensor("tgt"), memory, Masks(context, "tgt"), Masks(context, "memory"));
    }

    private static AttentionMasks Masks(ConversionContext context, string prefix) =>
        new(context.TensorOrNull($"{prefix}_mask"), context.TensorOrNull($"{prefix}_key_padding_mask"));

    private static TransformerGraph Graph<TModule>(
        TModule module, ConversionContext context, IReadOnlyList<NativeParameters> layers,
        Func<long, long, long, nn.Activations, TModule> build, Func<TModule, Tensor, Tensor> run)
        where TModule : nn.Module
    {
        // Without layers, heads and activation have no effect.
        if (layers.Count == 0) return new(context, 1, nn.Activations.ReLU);
        var (feedForward, width) = (layers[0]["linear1.weight"].shape[0], layers[0]["linear1.weight"].shape[1]);
        (long Heads, nn.Activations Activation)[] candidates =
        [
            .. from heads in AttentionConverters.PossibleHeads(width)
               from activation in (nn.Activations[])[nn.Activations.ReLU, nn.Activations.GELU]
               select (heads, activation),
        ];
        var found = NativeHyperparameter.Find(
            module, candidates, candidate => build(width, candidate.Heads, feedForward, candidate.Activation),
            (built, scale) => run(built, NativeHyperparameter.Probe(ProbeLength, 1, width) * scale));
        return new(context, found.Heads, found.Activation);
    }
}
