using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Linear layers, tables, normalisations, dropouts, distances, and what moves elements.</summary>
internal static class LayerSamples
{
    public static Sample[] All { get; } =
    [
        new(() => nn.Linear(3, 2), 2, 3),
        new(() => nn.Bilinear(3, 4, 2), () => [randn(2, 3), randn(2, 4)]),
        new(() => nn.Identity(), 2, 3),
        new(() => nn.Sequential(nn.Linear(3, 2), nn.ReLU()), 2, 3),
        new(() => nn.Embedding(5, 3), () => [tensor([0L, 4, 2])]),
        new(() => nn.EmbeddingBag(5, 3), () => [tensor([0L, 4, 2, 1], [2, 2])]),
        new(() => nn.CosineSimilarity(), () => [randn(2, 3), randn(2, 3)]),
        new(() => nn.PairwiseDistance(), () => [randn(2, 3), randn(2, 3)]),
        new(() => nn.BatchNorm1d(3), 2, 3),
        new(() => nn.BatchNorm2d(3), 2, 3, 4, 4),
        new(() => nn.BatchNorm3d(3), 2, 3, 4, 4, 4),
        new(() => nn.InstanceNorm1d(3), 2, 3, 4),
        new(() => nn.InstanceNorm2d(3), 2, 3, 4, 4),
        new(() => nn.InstanceNorm3d(3), 2, 3, 4, 4, 4),
        new(() => nn.LayerNorm(3), 2, 3),
        new(() => nn.GroupNorm(2, 4), 2, 4, 3),
        new(() => nn.LocalResponseNorm(3), 2, 4, 3, 3),
        new(() => nn.Dropout(), 2, 3),
        new(() => nn.Dropout1d(), 2, 3, 4),
        new(() => nn.Dropout2d(), 2, 3, 4, 4),
        new(() => nn.Dropout3d(), 2, 3, 4, 4, 4),
        new(() => nn.AlphaDropout(), 2, 3),
        new(() => nn.FeatureAlphaDropout(), 2, 3),
        new(() => nn.Flatten(), 2, 3, 4),
        new(() => nn.Unflatten(1, [2, 3]), 2, 6),
        new(() => nn.PixelShuffle(2), 2, 4, 3, 3),
        new(() => nn.PixelUnshuffle(2), 2, 1, 4, 4),
        new(() => nn.ChannelShuffle(2), 2, 4, 3, 3),
    ];
}
