using TorchOnnx.Tests.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Tests.Operations;

public sealed class LossTests
{
    private static Tensor Weight => tensor(new[] { 0.5f, 2, 1, 0.25f });

    // x has the shape [N, 4].
    public static TheoryData<string, Func<Tensor, Reduction, Tensor>> Losses => new()
    {
        { "mse", (x, r) => functional.mse_loss(x, x.sin(), r) },
        { "l1", (x, r) => functional.l1_loss(x, x.sin(), r) },
        { "smooth l1", (x, r) => functional.smooth_l1_loss(x, x.sin() + 1, r, 0.7) },
        { "smooth l1 without a parabola", (x, r) => functional.smooth_l1_loss(x, x.sin(), r, 0) },
        { "huber", (x, r) => functional.huber_loss(x, x.sin() - 1, 0.8, r) },
        { "divergence", (x, r) => functional.kl_div(x.log_softmax(1), x.flip(1).log_softmax(1), true, r) },
        { "divergence of shares", (x, r) => functional.kl_div(x.log_softmax(1), x.relu(), false, r) },
        { "poisson", (x, r) => functional.poisson_nll_loss(x, x.exp().round(), reduction: r) },
        { "poisson of rates", (x, r) => functional.poisson_nll_loss(x.exp(), (x * 3).abs(), false, true, 0.1f, r) },
        { "gaussian", (x, r) => functional.gaussian_nll_loss(x, x.sin(), x.exp(), reduction: r) },
        { "gaussian of rows", (x, r) => functional.gaussian_nll_loss(x, x.sin(), x[.., ..1].exp(), true, 0.5f, r) },
        { "cross entropy", (x, r) => functional.cross_entropy(x, Classes(x), reduction: r) },
        { "weighted cross entropy", (x, r) =>
            functional.cross_entropy(x, Classes(x), Weight, ignore_index: 2, reduction: r, label_smoothing: 0.2) },
        { "smooth cross entropy", (x, r) =>
            functional.cross_entropy(x, Classes(x), ignore_index: 1, reduction: r, label_smoothing: 0.2) },
        { "cross entropy of shares", (x, r) =>
            functional.cross_entropy(x, x.flip(1).softmax(1), Weight, reduction: r, label_smoothing: 0.1) },
        { "cross entropy of pixels", (x, r) =>
            functional.cross_entropy(Pixels(x), Classes(Pixels(x)), Weight, reduction: r, label_smoothing: 0.1) },
        { "cross entropy of a row", (x, r) => functional.cross_entropy(x[0], Classes(x)[0], reduction: r) },
        { "nll", (x, r) => functional.nll_loss(x.log_softmax(1), Classes(x), reduction: r) },
        { "weighted nll", (x, r) => functional.nll_loss(Pixels(x), Classes(Pixels(x)), Weight, r) },
        { "bce", (x, r) => functional.binary_cross_entropy(x.sigmoid(), (x > 0).to(x.dtype), reduction: r) },
        { "weighted bce", (x, r) =>
            functional.binary_cross_entropy((x * 9).clamp(0, 1), x.sin().sigmoid(), Weight, r) },
        { "bce of logits", (x, r) =>
            functional.binary_cross_entropy_with_logits(x * 20, x.sin().sigmoid(), Weight, r, Weight.flip(0)) },
        { "soft margin", (x, r) => functional.soft_margin_loss(x, (x + 0.5).sign(), r) },
        { "labels", (x, r) => functional.multilabel_soft_margin_loss(x, (x > 0.5).to(x.dtype), Weight, r) },
        { "hinge", (x, r) => functional.hinge_embedding_loss(x, (x + 0.5).sign(), 0.6, r) },
        { "cosine", (x, r) => functional.cosine_embedding_loss(x, x.sin() + 1, x[.., 0].sign(), 0.2, r) },
        { "ranking", (x, r) => functional.margin_ranking_loss(x, x.cos(), (x + 0.5).sign(), 0.3, r) },
        { "triplet", (x, r) => functional.triplet_margin_loss(x, x.sin(), x.cos(), reduction: r) },
        { "triplet of p = 3", (x, r) =>
            functional.triplet_margin_loss(x, x.sin(), x.cos(), 0.5, 3, 1e-3, swap: true, reduction: r) },
        { "classes by margins", (x, r) => functional.multi_margin_loss(x, Classes(x), reduction: r) },
        { "classes by squares", (x, r) => functional.multi_margin_loss(x, Classes(x), 2, 0.5, Weight, r) },
    };

    private static Tensor Classes(Tensor x) => (x * 7).sin().argmax(1);

    private static Tensor Pixels(Tensor x) => stack([x, x.sin(), x.cos()], 2);

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public void Loss_EachReduction_IsEqual(string what, Func<Tensor, Reduction, Tensor> loss)
    {
        foreach (var reduction in (Reduction[])[Reduction.None, Reduction.Mean, Reduction.Sum])
        {
            new Case($"{what}, {reduction}", x => loss(x, reduction), [5, 4]) { Opset = 13 }.IsEqual();
        }
    }

    // The targets are floating-point numbers, signs, or classes of each row.
    public static TheoryData<string, Func<Module>, Func<Tensor[]>> Modules => new()
    {
        { "MSE", () => MSELoss(Reduction.Sum), Numbers },
        { "L1", () => L1Loss(), Numbers },
        { "SmoothL1", () => SmoothL1Loss(beta: 0.5), Numbers },
        { "Huber", () => HuberLoss(0.5), Numbers },
        { "KLDiv", () => KLDivLoss(), Numbers },
        { "PoissonNLL", () => PoissonNLLLoss(full: true), Numbers },
        { "GaussianNLL", () => Pair(GaussianNLLLoss(), (loss, x, y) => loss.call(x, y, y.exp())), Numbers },
        { "CrossEntropy", () => CrossEntropyLoss(Weight, 2), Indices },
        { "NLL", () => NLLLoss(Weight), Indices },
        { "BCEWithLogits", () => BCEWithLogitsLoss(Weight, pos_weights: Weight), Numbers },
        { "SoftMargin", () => SoftMarginLoss(), Numbers },
        { "MultiLabelSoftMargin", () => MultiLabelSoftMarginLoss(Weight), Numbers },
        { "HingeEmbedding", () => HingeEmbeddingLoss(0.5), Numbers },
        { "CosineEmbedding", () => Pair(
            CosineEmbeddingLoss(0.1), (loss, x, y) => loss.call(x, y, x[.., 0].sign())), Numbers },
        { "MarginRanking", () => MarginRankingLoss(0.1), () => [.. Numbers(), randn(5, 4)] },
        { "TripletMargin", () => TripletMarginLoss(0.4, swap: true), () => [.. Numbers(), randn(5, 4)] },
        { "MultiMargin", () => MultiMarginLoss(2, 0.6, Weight), Indices },
    };

    private static BinaryLambda Pair<T>(T loss, Func<T, Tensor, Tensor, Tensor> call) where T : Module =>
        new((x, y) => call(loss, x, y), loss);

    private static Tensor[] Numbers() => [randn(5, 4), rand(5, 4)];

    // The mean of targets that are all ignored isn't a number.
    private static Tensor[] Indices() => [randn(5, 4), tensor([0L, 1, 3, 2, 1])];

    [Theory]
    [MemberData(nameof(Modules), DisableDiscoveryEnumeration = true)]
    public void LossModule_TargetsAsInputs_IsEqual(string what, Func<Module> build, Func<Tensor[]> inputs)
    {
        Assert.NotEmpty(what);
        using var scope = NewDisposeScope();
        ModuleCheck.IsEqual(build(), inputs());
    }
}
