using CsCheck;
using TorchOnnx.Tests.Modules;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Tests.Operations;

public sealed class ResamplingFunctionTests
{
    private static readonly long[] Sizes = [3, 4, 5];
    private static readonly double[] Factors = [1, 2, 0.6, 1.5];

    [Fact]
    public void Interpolations_AnyModeAndSize_Equal() =>
        (from spatial in Gen.Int[1, 3]
         from mode in Gen.Enum<InterpolationMode>()
         where mode switch
         {
             InterpolationMode.Linear => spatial == 1,
             InterpolationMode.Bilinear or InterpolationMode.Bicubic => spatial == 2,
             InterpolationMode.Trilinear => spatial == 3,
             _ => true,
         }
         from sizes in Gen.Long[1, 9].Array[spatial]
         from align in Gen.Bool
         from byFactor in Gen.Bool
         from opset in ModuleCheck.Opsets
         let isSmooth = mode is not
             (InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area)
         let aligned = isSmooth ? align : (bool?)null
         let isOpen = byFactor && mode != InterpolationMode.Area
         let factors = sizes.Select(size => Factors[size % Factors.Length]).ToArray()
         select new Case($"interpolate {mode} to [{string.Join(", ", sizes)}] {aligned} {byFactor}", x => byFactor
             ? functional.interpolate(x, scale_factor: factors, mode: mode, align_corners: aligned)
             : functional.interpolate(x, sizes, mode: mode, align_corners: aligned),
             [2, 3, .. Sizes.Take(spatial)])
         { Opset = opset, Open = isOpen ? [.. Enumerable.Range(2, spatial)] : [] })
        .Equal(100);

    public static TheoryData<string, Func<Tensor, Tensor>, long> Ratios => new()
    {
        { "20 → 12", x => functional.interpolate(x, [12, 12]), 20 },
        { "100 → 30", x => functional.interpolate(x, [30, 30]), 100 },
        { "0.6", x => functional.interpolate(x, scale_factor: [0.6, 0.6]), 20 },
        { "49 times", x => functional.interpolate(x, scale_factor: [49, 49]), 3 },
        { "2.1 that doubles the size", x => functional.interpolate(x, scale_factor: [2.1, 2.1]), 5 },
        { "1.1 that keeps the size", x => functional.interpolate(x, scale_factor: [1.1, 1.1]), 5 },
        { "1.3 of doubles", x => functional.interpolate(x.to(ScalarType.Float64), scale_factor: [1.3, 1.3]), 20 },
        { "0.6 of centers", x =>
            functional.interpolate(x, scale_factor: [0.6, 0.6], mode: InterpolationMode.NearestExact), 20 },
        { "to 30 centers", x => functional.interpolate(x, [30, 30], mode: InterpolationMode.NearestExact), 100 },
        { "to the size of another", x => functional.interpolate(x[.., .., ..12, ..12], x.shape[2..]), 20 },
        { "0.6 linear", x => functional.interpolate(
            x, scale_factor: [0.6, 0.6], mode: InterpolationMode.Bilinear, align_corners: false), 17 },
        { "1.7 cubic", x => functional.interpolate(
            x, scale_factor: [1.7, 0.7], mode: InterpolationMode.Bicubic, align_corners: false), 17 },
        { "1.3 of corners", x => functional.interpolate(
            x, scale_factor: [1.3, 1.3], mode: InterpolationMode.Bicubic, align_corners: true), 17 },
    };

    [Theory]
    [MemberData(nameof(Ratios), DisableDiscoveryEnumeration = true)]
    public void Interpolations_AnyRatio_Equal(string what, Func<Tensor, Tensor> resize, long size)
    {
        new Case(what, resize, [2, 3, size, size]).IsEqual();
        new Case(what, resize, [2, 3, size, size]) { Open = [2, 3] }.IsEqual();
    }

    [Fact]
    public void Upsamplings_EachForm_Equal() => new Case[]
    {
        new("sides of 128 in all", x => functional.interpolate(x, scale_factor: [2.01, 2.1]), [1, 1, 62, 2]),
        new("sides of 129 in all", x => functional.interpolate(x, scale_factor: [2.01, 2.6]), [1, 1, 62, 2]),
        new("upsample_nearest1d", x => functional.upsample_nearest1d(x.flatten(1, 2), null, 2), [2, 3, 4, 5]),
        new("upsample_nearest2d", x => functional.upsample_nearest2d(x, scaleFactors: [2, 3]), [2, 3, 4, 5]),
        new("upsample_nearest2d to sizes", x => functional.upsample_nearest2d(x, [6, 7]), [2, 3, 4, 5]),
        new("upsample_bilinear", x => functional.upsample_bilinear(x, scale_factor: [2, 2]), [2, 3, 4, 5]),
        new("upsample", x => functional.upsample(x, [8, 9], mode: UpsampleMode.Bilinear), [2, 3, 4, 5]),
        new("to the size of another", x => functional.interpolate(x.narrow(2, 0, 1), [x.shape[2], 6]), [2, 3, 4, 5])
        {
            Open = [2],
        },
    }.EachEqual(3, 0);

    // Many random places lie between two pixels.
    [Fact]
    public void GridSample_AnyMode_Equal() =>
        (from mode in Gen.Enum<GridSampleMode>()
         from padding in Gen.Enum<GridSamplePaddingMode>()
         from align in Gen.Bool
         from volume in Gen.Bool
         from opset in Gen.Int[volume ? 20 : 16, OnnxExportOptions.MaximumOpset]
         select new Case($"grid_sample {mode} {padding} align {align}",
             (x, grid) => functional.grid_sample(x, grid, mode, padding, align),
             volume ? [2, 3, 4, 5, 8] : [2, 3, 8, 6], volume ? [2, 2, 4, 3, 3] : [2, 4, 3, 2])
         { Opset = opset })
        .Equal(50);

    [Fact]
    public void AffineGrid_AnySize_Equal() =>
        (from height in Gen.Long[1, 5]
         from width in Gen.Long[2, 5]
         from align in Gen.Bool
         from volume in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case($"affine_grid {height} × {width} align {align}", theta => volume
             ? functional.affine_grid(theta, [theta.shape[0], 1, 3, height, width], align)
             : functional.affine_grid(theta, [theta.shape[0], 1, height, width], align),
             volume ? [2, 3, 4] : [2, 2, 3])
         { Opset = opset })
        .Equal(30);

    private static (long, long) Pair(long[] sizes) => (sizes[0], sizes[1]);

    private static readonly Gen<(long, long)> Kernels = Gen.Long[1, 3].Array[2].Select(Pair);

    private static readonly Gen<(long, long)> Steps = Gen.Long[1, 2].Array[2].Select(Pair);

    [Fact]
    public void Unfold_AnyHyperparameters_Equal() =>
        (from kernel in Kernels
         from dilation in Steps
         from padding in Gen.Long[0, 2].Array[2].Select(Pair)
         from stride in Steps
         from opset in ModuleCheck.Opsets
         from isOpen in Gen.Bool
         select new Case(
             $"unfold {kernel} {dilation} {padding} {stride}",
             x => functional.unfold(x, kernel, dilation, padding, stride), [2, 3, 7, 8])
         { Opset = opset, Open = isOpen ? [3] : [] })
        .Equal(40);

    [Fact]
    public void Fold_AnyHyperparameters_Equal() =>
        (from kernel in Kernels
         from padding in Gen.Long[0, 1].Array[2].Select(Pair)
         from stride in Steps
         from opset in Gen.Int[18, OnnxExportOptions.MaximumOpset]
         select new Case(
             $"fold {kernel} {padding} {stride}",
             x => functional.fold(
                 functional.unfold(x, kernel, null, padding, stride), (7, 8), kernel, null, padding, stride),
             [2, 3, 7, 8])
         { Opset = opset })
        .Equal(30);
}
