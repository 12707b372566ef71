using CsCheck;
using TorchSharp;

namespace TorchOnnx.Tests.Modules;

public sealed class ConvolutionTests
{
    private static readonly Gen<(
        long Kernel, long Stride, long Padding, long Dilation, long Groups, bool Bias, int Opset)>
        Numbers = Gen.Select(
            Gen.Long[1, 4], Gen.Long[1, 3], Gen.Long[0, 3], Gen.Long[1, 2], Gen.Long[1, 3], Gen.Bool,
            ModuleCheck.Opsets);

    [Fact]
    public void Conv_AnyHyperparameters_Equal() =>
        (from n in Numbers
         from other in Gen.Select(Gen.Long[1, 3], Gen.Long[1, 2], Gen.Long[0, 2])
         from dimensions in Gen.Int[1, 3]
         select new Case($"Conv{dimensions}d{n}{other}", () => dimensions switch
         {
             1 => nn.Conv1d(
                 n.Groups * 2, n.Groups * 3, n.Kernel, n.Stride, n.Padding, n.Dilation, groups: n.Groups, bias: n.Bias),
             2 => nn.Conv2d(
                 n.Groups * 2, n.Groups, (n.Kernel, other.Item1), (n.Stride, other.Item2), (n.Padding, other.Item3),
                 (n.Dilation, 1), groups: n.Groups, bias: n.Bias),
             _ => nn.Conv3d(
                 n.Groups * 2, n.Groups * 2, (n.Kernel, 2, 1), (n.Stride, 1, 2), (n.Padding, 0, 1), (n.Dilation, 1, 1),
                 groups: n.Groups, bias: n.Bias),
         },
         [2, n.Groups * 2, .. new long[] { 11, 7, 4 }.Take(dimensions)])
         { Opset = n.Opset })
        .Equal(90);

    [Fact]
    public void Conv_AnyPaddingMode_Equal() =>
        (from mode in Gen.Enum<PaddingModes>()
         from first in Gen.Long[0, 2]
         from second in Gen.Long[0, 2]
         from dimensions in Gen.Int[1, 3]
         from opset in ModuleCheck.Opsets
         select new Case($"Conv{dimensions}d padding {first}, {second} by {mode}", () => dimensions switch
         {
             1 => nn.Conv1d(2, 3, 3, padding: first, padding_mode: mode),
             2 => nn.Conv2d(2, 3, (3, 2), padding: (first, second), padding_mode: mode),
             _ => nn.Conv3d(2, 3, (2, 2, 2), padding: (first, second, 1), padding_mode: mode),
         },
         [2, 2, .. new long[] { 5, 6, 4 }.Take(dimensions)])
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void Conv_NamedPadding_Equal() =>
        (from kernel in Gen.Long[1, 5]
         from dilation in Gen.Long[1, 3]
         from dimensions in Gen.Int[1, 3]
         from padding in Gen.Bool.Select(same => same ? Padding.Same : Padding.Valid)
         select new Case($"Conv{dimensions}d({kernel}, {padding}, {dilation})", () => dimensions switch
         {
             1 => nn.Conv1d(2, 3, kernel, padding, dilation: dilation),
             2 => nn.Conv2d(2, 3, kernel, padding, dilation: dilation),
             _ => nn.Conv3d(2, 3, kernel, padding, dilation: dilation),
         },
         [2, 2, .. Enumerable.Repeat(13L, dimensions)]))
        .Equal(30);
}
