using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Operators;

/// <summary>
/// Transformers and their parts. Masks are given to an overload of "call" that is native code and no forward, so that
/// overload is written too; the number of heads and the activation are found by trial.
/// </summary>
internal static class TransformerConverters
{
    private const int Probes = 4;

    public static void AddTo(ConverterRegistry registry) => registry
        .Add<TransformerEncoderLayer>(Write)
        .Add<TransformerEncoder>(Write)
        .Add<TransformerDecoderLayer>(Write)
        .Add<TransformerDecoder>(Write)
        .Add<Transformer>(Write)
        .AddMethod(
            typeof(TransformerEncoderLayer), "call", context => Write(This<TransformerEncoderLayer>(context), context))
        .AddMethod(typeof(Transformer), "call", context => Write(This<Transformer>(context), context));

    private static TModule This<TModule>(ConversionContext context) => (TModule)context.Argument("this")!;

    private static GraphValue Write(TransformerEncoderLayer module, ConversionContext context) =>
        Graph(
            module, context, [new NativeParameters(module)],
            (width, heads, feedForward, activation) => TransformerEncoderLayer(width, heads, feedForward, 0, activation),
            (layer, probe) => layer.call(probe))
            .EncoderLayer(new(module), context.Tensor("src"), Masks("src_mask", "src_key_padding_mask", context));

    private static GraphValue Write(TransformerEncoder module, ConversionContext context) =>
        Graph(
            module, context, new NativeParameters(module).Layers(),
            (width, heads, feedForward, activation) => TransformerEncoder(
                TransformerEncoderLayer(width, heads, feedForward, 0, activation),
                new NativeParameters(module).Layers().Count),
            (encoder, probe) => encoder.call(probe))
            .Encoder(new(module), context.Tensor("src"), Masks("src_mask", "src_key_padding_mask", context));

    private static GraphValue Write(TransformerDecoderLayer module, ConversionContext context) =>
        Graph(
            module, context, [new NativeParameters(module)],
            (width, heads, feedForward, activation) => TransformerDecoderLayer(width, heads, feedForward, 0, activation),
            (layer, probe) => layer.call(probe, probe))
            .DecoderLayer(
                new(module), context.Tensor("tgt"), context.Tensor("memory"),
                Masks("tgt_mask", "tgt_key_padding_mask", context),
                Masks("memory_mask", "memory_key_padding_mask", context));

    private static GraphValue Write(TransformerDecoder module, ConversionContext context) =>
        Graph(
            module, context, new NativeParameters(module).Layers(),
            (width, heads, feedForward, activation) => TransformerDecoder(
                TransformerDecoderLayer(width, heads, feedForward, 0, activation),
                new NativeParameters(module).Layers().Count),
            (decoder, probe) => decoder.call(probe, probe))
            .Decoder(
                new(module), context.Tensor("tgt"), context.Tensor("memory"),
                Masks("tgt_mask", "tgt_key_padding_mask", context),
                Masks("memory_mask", "memory_key_padding_mask", context));

    private static GraphValue Write(Transformer module, ConversionContext context)
    {
        var parameters = new NativeParameters(module);
        NativeParameters encoder = parameters.Below("encoder"), decoder = parameters.Below("decoder");
        var graph = Graph(
            module, context, [.. encoder.Layers(), .. decoder.Layers()],
            (width, heads, feedForward, activation) => Transformer(
                width, heads, encoder.Layers().Count, decoder.Layers().Count, feedForward, 0, activation),
            (transformer, probe) => transformer.call(probe, probe));
        var memory = graph.Encoder(encoder, context.Tensor("src"), Masks("src_mask", "src_key_padding_mask", context));
        return graph.Decoder(
            decoder, context.Tensor("tgt"), memory, Masks("tgt_mask", "tgt_key_padding_mask", context),
            Masks("memory_mask", "memory_key_padding_mask", context));
    }

    private static AttentionMasks Masks(string attention, string keyPadding, ConversionContext context) =>
        new(context.TensorOrNull(attention), context.TensorOrNull(keyPadding));

    private static TransformerGraph Graph<TModule>(
        TModule module, ConversionContext context, IReadOnlyList<NativeParameters> layers,
        Func<long, long, long, Activations, TModule> build, Func<TModule, torch.Tensor, torch.Tensor> run)
        where TModule : torch.nn.Module
    {
        // Without layers there is nothing to be found.
        if (layers.Count == 0) return new(context, 1, Activations.ReLU);
        var (feedForward, width) = (layers[0]["linear1.weight"].shape[0], layers[0]["linear1.weight"].shape[1]);
        (long Heads, Activations Activation)[] choices =
        [
            .. from heads in AttentionModuleConverter.Heads(width)
               from activation in (Activations[])[Activations.ReLU, Activations.GELU]
               select (heads, activation),
        ];
        var found = HiddenChoice.Find(
            module, choices, choice => build(width, choice.Heads, feedForward, choice.Activation),
            (candidate, scale) => run(candidate, HiddenChoice.Probe(Probes, 1, width) * scale));
        return new(context, found.Heads, found.Activation);
    }
}
