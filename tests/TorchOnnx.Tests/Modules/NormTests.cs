using CsCheck;

namespace TorchOnnx.Tests.Modules;

public sealed class NormTests
{
    private static readonly Gen<double> Epsilon = Gen.OneOf(Gen.Const(1e-5), Gen.Double[1e-3, 0.5]);

    private static long[] Space(int dimensions) => [.. new long[] { 3, 2, 4 }.Take(dimensions)];

    [Fact]
    public void BatchNorm_AnyChannelsEpsilonAndAffine_Equal() =>
        (from channels in Gen.Long[1, 5]
         from dimensions in Gen.Int[0, 3]
         from epsilon in Epsilon
         from affine in Gen.Bool
         from track in Gen.Bool
             // Normalizing a batch of one leaves only rounding errors.
         where track || dimensions > 0
         from opset in ModuleCheck.Opsets
         select new Case($"BatchNorm {dimensions}d eps {epsilon} affine {affine} track {track}", () => dimensions switch
         {
             0 or 1 => nn.BatchNorm1d(channels, epsilon, affine: affine, track_running_stats: track),
             2 => nn.BatchNorm2d(channels, epsilon, affine: affine, track_running_stats: track),
             _ => nn.BatchNorm3d(channels, epsilon, affine: affine, track_running_stats: track),
         },
         [2, channels, .. Space(dimensions)])
         { Opset = opset })
        .Equal(60);

    [Fact]
    public void InstanceNorm_AnyAffineAndStatistics_Equal() =>
        (from channels in Gen.Long[1, 5]
         from dimensions in Gen.Int[1, 3]
         from epsilon in Epsilon
         from affine in Gen.Bool
         from track in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case(
             $"InstanceNorm{dimensions}d eps {epsilon} affine {affine} track {track}",
             () => dimensions switch
             {
                 1 => nn.InstanceNorm1d(channels, epsilon, affine: affine, track_running_stats: track),
                 2 => nn.InstanceNorm2d(channels, epsilon, affine: affine, track_running_stats: track),
                 _ => nn.InstanceNorm3d(channels, epsilon, affine: affine, track_running_stats: track),
             },
             [2, channels, .. Space(dimensions)])
         { Opset = opset })
        .Equal(50);

    [Fact]
    public void LayerNorm_AnyShapeAffineAndBias_Equal() =>
        (from normalized in Gen.Long[2, 5].Array[1, 3]
         from front in Gen.Long[1, 3].Array[1, 2]
         from epsilon in Epsilon
         from affine in Gen.Bool
         from bias in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case(
             $"LayerNorm([{string.Join(", ", normalized)}], {epsilon}, {affine}, {bias})",
             () => nn.LayerNorm(normalized, epsilon, affine, bias),
             [.. front, .. normalized])
         { Opset = opset })
        .Equal(50);

    [Fact]
    public void GroupNorm_AnyGroupsEpsilonAndAffine_Equal() =>
        (from groups in Gen.Long[1, 4]
         from members in Gen.Long[1, 3]
         from dimensions in Gen.Int[1, 3]
         from epsilon in Epsilon
         from affine in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case(
             $"GroupNorm({groups}, {groups * members}, {epsilon}, {affine})",
             () => nn.GroupNorm(groups, groups * members, epsilon, affine),
             [2, groups * members, .. Space(dimensions)])
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void LocalResponseNorm_OddAndEvenSizes_Equal() =>
        (from size in Gen.Long[1, 6]
         from alpha in Gen.Double[1e-4, 2]
         from beta in Gen.Double[0.3, 1.5]
         from k in Gen.Double[0.5, 2]
         from dimensions in Gen.Int[1, 2]
         from opset in ModuleCheck.Opsets
         select new Case(
             $"LocalResponseNorm({size}, {alpha}, {beta}, {k})",
             () => nn.LocalResponseNorm(size, alpha, beta, k),
             [2, 7, .. Space(dimensions)])
         { Opset = opset })
        .Equal();
}
