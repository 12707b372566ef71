using CsCheck;

namespace TorchOnnx.Tests.Modules;

public sealed class ShapeTests
{
    [Fact]
    public void Flatten_AnyDimensions_Equal() =>
        (from shape in Gen.Long[1, 5].Array[2, 5]
         from start in Gen.Int[0, shape.Length - 1]
         from end in Gen.Int[start, shape.Length - 1]
         from fromEnd in Gen.Bool
         from opset in ModuleCheck.Opsets
         let last = fromEnd ? end - shape.Length : end
         select new Case($"Flatten({start}, {last})", () => nn.Flatten(start, last), shape) { Opset = opset })
        .Equal(40);

    [Fact]
    public void Unflatten_AnyDimension_Equal() =>
        (from sizes in Gen.Long[1, 4].Array[1, 3]
         from front in Gen.Long[1, 4].Array[1, 2]
         from back in Gen.Long[1, 4].Array[0, 2]
         select new Case(
             $"Unflatten({front.Length}, [{string.Join(", ", sizes)}])",
             () => nn.Unflatten(front.Length, sizes),
             [.. front, sizes.Aggregate((a, b) => a * b), .. back]))
        .Equal();

    [Fact]
    public void Shuffles_AnyFactor_Equal() =>
        (from factor in Gen.Long[1, 3]
         from channels in Gen.Long[1, 3]
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         select (kind switch
         {
             0 => new Case(
                 $"PixelShuffle({factor})", () => nn.PixelShuffle(factor), [2, channels * factor * factor, 2, 3]),
             1 => new Case(
                 $"PixelUnshuffle({factor})", () => nn.PixelUnshuffle(factor), [2, channels, 2 * factor, 3 * factor]),
             _ => new Case($"ChannelShuffle({factor})", () => nn.ChannelShuffle(factor), [2, channels * factor, 2, 3]),
         }) with
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void ConstantPad_AnySidesAndValue_Equal() =>
        (from sides in Gen.Long[-1, 3].Array[6]
         from value in Gen.Double[-2, 2]
         from dimensions in Gen.Int[0, 3]
         from opset in ModuleCheck.Opsets
         select new Case($"pad {dimensions}d [{string.Join(", ", sides)}] by {value}", () => dimensions switch
         {
             0 => nn.ZeroPad2d((sides[0], sides[1], sides[2], sides[3])),
             1 => nn.ConstantPad1d((sides[0], sides[1]), value),
             2 => nn.ConstantPad2d((sides[0], sides[1], sides[2], sides[3]), value),
             _ => nn.ConstantPad3d((sides[0], sides[1], sides[2], sides[3], sides[4], sides[5]), value),
         },
         [2, 3, .. new long[] { 4, 5, 6 }.Take(dimensions == 0 ? 2 : dimensions)])
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void ReflectionAndReplicationPad_AnySides_Equal() =>
        (from sides in Gen.Long[0, 3].Array[6]
         from reflect in Gen.Bool
         from dimensions in Gen.Int[1, 3]
         from opset in ModuleCheck.Opsets
         select new Case(
             $"pad {dimensions}d [{string.Join(", ", sides)}] reflect {reflect}",
             () => (dimensions, reflect) switch
             {
                 (1, true) => nn.ReflectionPad1d((sides[0], sides[1])),
                 (2, true) => nn.ReflectionPad2d((sides[0], sides[1], sides[2], sides[3])),
                 (3, true) => nn.ReflectionPad3d((sides[0], sides[1], sides[2], sides[3], sides[4], sides[5])),
                 (1, false) => nn.ReplicationPad1d((sides[0], sides[1])),
                 (2, false) => nn.ReplicationPad2d((sides[0], sides[1], sides[2], sides[3])),
                 _ => nn.ReplicationPad3d((sides[0], sides[1], sides[2], sides[3], sides[4], sides[5])),
             },
             [2, 3, .. new long[] { 4, 5, 6 }.Take(dimensions)])
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void Pad_OneNumber_PadsAllSides()
    {
        new Case("ZeroPad2d(2)", () => nn.ZeroPad2d(2), [2, 3, 4, 5]).IsEqual();
        new Case("ConstantPad1d(2)", () => nn.ConstantPad1d(2, 0.5), [2, 3, 4]).IsEqual();
        new Case("ConstantPad3d(1)", () => nn.ConstantPad3d(1, 0.5), [2, 3, 4, 5, 6]).IsEqual();
        new Case("ReflectionPad2d(2)", () => nn.ReflectionPad2d(2), [2, 3, 4, 5]).IsEqual();
        new Case("ReplicationPad3d(2)", () => nn.ReplicationPad3d(2), [2, 3, 4, 5, 6]).IsEqual();
    }

    // Kind 0 is nearest, 1 linear, and 2 cubic if there are two dimensions.
    private static UpsampleMode Mode(int kind, int dimensions) => (kind, dimensions) switch
    {
        (0, _) => UpsampleMode.Nearest,
        (2, 2) => UpsampleMode.Bicubic,
        (_, 1) => UpsampleMode.Linear,
        (_, 2) => UpsampleMode.Bilinear,
        _ => UpsampleMode.Trilinear,
    };

    [Fact]
    public void Upsample_ToSizes_Equal() =>
        (from dimensions in Gen.Int[1, 3]
         from sizes in Gen.Long[1, 9].Array[dimensions]
         from kind in Gen.Int[0, 2]
         from align in Gen.Bool
         from opset in ModuleCheck.Opsets
         let mode = Mode(kind, dimensions)
         select new Case($"Upsample([{string.Join(", ", sizes)}], {mode}, align {align})",
             () => nn.Upsample(sizes, mode: mode, align_corners: mode == UpsampleMode.Nearest ? null : align),
             [2, 3, .. new long[] { 3, 4, 5 }.Take(dimensions)])
         { Opset = opset })
        .Equal(80);

    [Fact]
    public void Upsample_ByFactors_Equal() =>
        (from dimensions in Gen.Int[1, 3]
         from factors in Gen.OneOf(Gen.Const(2.0), Gen.Const(3.0), Gen.Double[0.6, 2.9]).Array[dimensions]
         from kind in Gen.Int[0, 2]
         from align in Gen.Bool
         from recompute in Gen.Bool
         from opset in ModuleCheck.Opsets
         let mode = Mode(kind, dimensions)
         // RefusalTests covers the other factors.
         where recompute || align || mode == UpsampleMode.Nearest || factors.All(factor => factor == Math.Floor(factor))
         select new Case($"Upsample(×[{string.Join(", ", factors)}], {mode}, align {align}, recompute {recompute})",
             () => nn.Upsample(
                 scale_factor: factors, mode: mode, align_corners: mode == UpsampleMode.Nearest ? null : align,
                 recompute_scale_factor: recompute),
             [2, 3, .. new long[] { 3, 4, 5 }.Take(dimensions)])
         { Opset = opset })
        .Equal(80);

    [Fact]
    public void DropoutAndIdentity_EvalMode_AreOneIdentityNode()
    {
        foreach (var module in new nn.Module<Tensor, Tensor>[]
        {
            nn.Identity(), nn.Dropout(), nn.Dropout1d(), nn.Dropout2d(), nn.Dropout3d(), nn.AlphaDropout(),
            nn.FeatureAlphaDropout(),
        })
        {
            var program = ModuleCheck.IsEqual(module, randn(2, 3, 4));
            Assert.Equal(["Identity"], program.Nodes.Select(node => node.OpType));
        }
    }
}
