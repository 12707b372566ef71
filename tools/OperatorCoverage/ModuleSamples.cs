using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>A small instance of each module of TorchSharp, with arguments for its forward.</summary>
internal static class ModuleSamples
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        .. Each([2, 4],
            () => nn.CELU(), () => nn.ELU(), () => nn.GELU(), () => nn.GLU(), () => nn.Hardshrink(),
            () => nn.Hardsigmoid(), () => nn.Hardswish(), () => nn.Hardtanh(inplace: true), () => nn.LeakyReLU(),
            () => nn.LogSigmoid(), () => nn.LogSoftmax(1), () => nn.Mish(), () => nn.PReLU(4), () => nn.RReLU(),
            () => nn.ReLU(), () => nn.ReLU6(), () => nn.SELU(), () => nn.SiLU(), () => nn.Sigmoid(),
            () => nn.Softmax(1), () => nn.Softmin(1), () => nn.Softplus(), () => nn.Softshrink(), () => nn.Softsign(),
            () => nn.Tanh(), () => nn.Tanhshrink(), () => nn.Threshold(0.1, 20), () => nn.Linear(4, 2),
            () => nn.Identity(), () => nn.Dropout(), () => nn.AlphaDropout(), () => nn.FeatureAlphaDropout(),
            () => nn.BatchNorm1d(4), () => nn.LayerNorm(4), () => nn.Unflatten(1, [2, 2])),
        .. Each([2, 4, 6],
            () => nn.Conv1d(4, 2, 3), () => nn.ConvTranspose1d(4, 2, 3, 2), () => nn.MaxPool1d(2),
            () => nn.AvgPool1d(2), () => nn.AdaptiveAvgPool1d(3), () => nn.AdaptiveMaxPool1d(3),
            () => nn.LPPool1d(2, 2), () => nn.ConstantPad1d(1, 2), () => nn.ReflectionPad1d(1),
            () => nn.ReplicationPad1d(1), () => nn.InstanceNorm1d(4), () => nn.GroupNorm(2, 4), () => nn.Dropout1d(),
            () => nn.Flatten()),
        .. Each([2, 4, 6, 6],
            () => nn.Conv2d(4, 2, 3), () => nn.ConvTranspose2d(4, 2, 3, 2), () => nn.MaxPool2d(2),
            () => nn.AvgPool2d(2), () => nn.AdaptiveAvgPool2d(3), () => nn.AdaptiveMaxPool2d([3, 3]),
            () => nn.LPPool2d(2, [2, 2]), () => nn.FractionalMaxPool2d(2, 2), () => nn.Unfold(2),
            () => nn.Upsample(scale_factor: [2, 2]), () => nn.ConstantPad2d(1, 2), () => nn.ZeroPad2d(1),
            () => nn.ReflectionPad2d(1), () => nn.ReplicationPad2d(1), () => nn.BatchNorm2d(4),
            () => nn.InstanceNorm2d(4), () => nn.LocalResponseNorm(3), () => nn.Dropout2d(), () => nn.Softmax2d(),
            () => nn.PixelShuffle(2), () => nn.PixelUnshuffle(2), () => nn.ChannelShuffle(2)),
        .. Each([2, 4, 6, 6, 6],
            () => nn.Conv3d(4, 2, 3), () => nn.ConvTranspose3d(4, 2, 3, 2), () => nn.MaxPool3d(2),
            () => nn.AvgPool3d(2), () => nn.AdaptiveAvgPool3d(3), () => nn.AdaptiveMaxPool3d([3, 3, 3]),
            () => nn.FractionalMaxPool3d(2, 2), () => nn.ConstantPad3d(1, 2), () => nn.ReflectionPad3d(1),
            () => nn.ReplicationPad3d(1), () => nn.BatchNorm3d(4), () => nn.InstanceNorm3d(4), () => nn.Dropout3d()),
        new(() => nn.Fold(4, 2), 2, 8, 9),
        new(() => nn.MaxUnpool1d(2), () => [randn(2, 2, 1), zeros(2, 2, 1, ScalarType.Int64)]),
        new(() => nn.MaxUnpool2d(2), () => [randn(2, 2, 1, 1), zeros([2, 2, 1, 1], ScalarType.Int64)]),
        new(() => nn.MaxUnpool3d([2, 2, 2]), () => [randn([2, 2, 1, 1, 1]), zeros([2, 2, 1, 1, 1], ScalarType.Int64)]),
        new(() => nn.Bilinear(3, 4, 2), () => [randn(2, 3), randn(2, 4)]),
        new(() => nn.CosineSimilarity(), () => [randn(2, 3), randn(2, 3)]),
        new(() => nn.PairwiseDistance(), () => [randn(2, 3), randn(2, 3)]),
        .. new Func<nn.Module>[]
        {
            () => nn.MSELoss(), () => nn.L1Loss(), () => nn.SmoothL1Loss(), () => nn.HuberLoss(), () => nn.KLDivLoss(),
            () => nn.PoissonNLLLoss(), () => nn.BCEWithLogitsLoss(), () => nn.SoftMarginLoss(),
            () => nn.MultiLabelSoftMarginLoss(), () => nn.HingeEmbeddingLoss(), () => nn.BCELoss(),
        }.Select(build => new Sample(build, () => [rand(2, 3), rand(2, 3)])),
        .. new Func<nn.Module>[]
        {
            () => nn.GaussianNLLLoss(), () => nn.MarginRankingLoss(), () => nn.TripletMarginLoss(),
        }.Select(build => new Sample(build, () => [randn(2, 3), randn(2, 3), rand(2, 3)])),
        new(() => nn.CosineEmbeddingLoss(), () => [randn(2, 3), randn(2, 3), randn(2)]),
        .. new Func<nn.Module>[]
        {
            () => nn.CrossEntropyLoss(), () => nn.NLLLoss(), () => nn.MultiMarginLoss(),
        }.Select(build => new Sample(build, () => [randn(2, 3), tensor([0L, 2])])),
        new(() => nn.Embedding(5, 3), () => [tensor([0L, 4, 2])]),
        new(() => nn.EmbeddingBag(5, 3), () => [tensor([0L, 4, 2, 1], [2, 2])]),
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
        new(() => nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 2),
            () => [randn(5, 2, 4), randn(5, 2, 4)]),
        new(() => nn.Transformer(4, 2, 1, 1, 8), () => [randn(5, 2, 4), randn(5, 2, 4)]),
    ];

    private static IEnumerable<Sample> Each(long[] shape, params Func<nn.Module>[] builders) =>
        builders.Select(build => new Sample(build, shape));
}
