using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Recurrent networks, attention and transformers.</summary>
internal static class SequenceSamples
{
    public static Sample[] All { get; } =
    [
        new(() => nn.LSTM(3, 4), 5, 2, 3),
        new(() => nn.GRU(3, 4), 5, 2, 3),
        new(() => nn.RNN(3, 4), () => [randn(5, 2, 3), null]),
        new(() => nn.LSTMCell(3, 4), () => [randn(2, 3), (randn(2, 4), randn(2, 4))]),
        new(() => nn.GRUCell(3, 4), 2, 3),
        new(() => nn.RNNCell(3, 4), 2, 3),
        new(() => nn.MultiheadAttention(4, 2), () => [randn(5, 2, 4), randn(5, 2, 4), randn(5, 2, 4)]),
        new(() => nn.TransformerEncoderLayer(4, 2, 8), 5, 2, 4),
        new(() => nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2), () => [randn(5, 2, 4), null, null]),
        new(() => nn.TransformerDecoderLayer(4, 2, 8), () => [randn(5, 2, 4), randn(5, 2, 4)]),
        new(() => nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 2), () => [randn(5, 2, 4), randn(5, 2, 4)]),
        new(() => nn.Transformer(4, 2, 1, 1, 8), () => [randn(5, 2, 4), randn(5, 2, 4)]),
    ];
}
