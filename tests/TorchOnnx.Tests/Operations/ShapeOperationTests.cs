using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch.TensorIndex;

namespace TorchOnnx.Tests.Operations;

public sealed class ShapeOperationTests
{
    private static readonly long[] Shape = [2, 3, 4, 6];

    [Fact]
    public void Reshapes_WithDynamicDimensions_Equal() => new Case[]
    {
        new("view", x => x.view(x.shape[0], -1), Shape),
        new("view to matrices", x => x.view(x.shape[0] * x.shape[1], x.shape[2], -1), Shape),
        new("view_as", x => x.view_as(x.reshape(x.shape[0], -1, x.shape[3])), Shape),
        new("reshape", x => x.reshape(-1, x.shape[3], x.shape[2]), Shape),
        new("reshape with a product", x => x.reshape(x.shape[0] * x.shape[2], x.shape[1] * x.shape[3]), Shape),
        new("flatten", x => x.flatten(), Shape),
        new("flatten(1, 2)", x => flatten(x, 1, 2), Shape),
        new("ravel", x => x.ravel(), Shape),
        new("unflatten", x => x.flatten(1).unflatten(1, 3, -1), Shape),
        new("unflatten the front", x => x.unflatten(1, 3, 1), Shape),
        new("squeeze", x => x.unsqueeze(1).unsqueeze(-1).squeeze(1), Shape),
        new("squeeze of a dimension above 1", x => x.squeeze(1), Shape),
        new("unsqueeze", x => x.unsqueeze(-2), Shape),
        new("unsqueeze_", x => x.add(0).unsqueeze_(0).squeeze_(0), Shape),
        new("atleast", x => x[0, 0, 0, 0].atleast_3d() + x[0, 0].atleast_2d(), Shape),
    }.EachEqual(4, 2, 3);

    [Fact]
    public void Squeeze_AnyStaticDimensions_Equal() =>
        (from sizes in Gen.Long[1, 2].Array[1, 4]
         from opset in ModuleCheck.Opsets
         select new Case("squeeze every", x => squeeze(x[0]), [2, .. sizes]) { Opset = opset })
        .Equal(15);

    [Fact]
    public void Permutations_AnyOrder_Equal() =>
        (from order in Gen.Shuffle(new long[] { 0, 1, 2, 3 })
         from negative in Gen.Bool
         from kind in Gen.Int[0, 11]
         from opset in ModuleCheck.Opsets
         from open in Gen.Int[1, 3]
         let axes = order.Select(axis => negative ? axis - 4 : axis).ToArray()
         select new Case($"permutation {kind} [{string.Join(", ", axes)}]", x => kind switch
         {
             0 => x.permute(axes),
             1 => x.transpose(axes[0], axes[1]),
             2 => x.swapaxes(axes[2], axes[0]),
             3 => movedim(x, [axes[0], axes[1]], [axes[2], axes[0]]),
             4 => movedim(x, axes[0], axes[1]),
             5 => x.T,
             6 => x.mT,
             7 => x.flatten(1).t(),
             8 => x.mH,
             9 => x.adjoint(),
             10 => x.flatten(1).H,
             _ => x.flip(axes[0], axes[1]),
         }, Shape)
         { Opset = opset, Open = [open] })
        .Equal(60);

    [Fact]
    public void RollsAndRotations_AnyShift_Equal() =>
        (from shift in Gen.Long[-9, 9]
         from other in Gen.Long[-9, 9]
         from axis in Gen.Long[-3, 3]
         from kind in Gen.Int[0, 6]
         from opset in ModuleCheck.Opsets
         from open in Gen.Int[1, 3]
         select new Case($"roll or rotation {kind} by {shift}, {other} along {axis}", x => kind switch
         {
             0 => x.roll(shift, axis),
             1 => x.roll([shift, other], [axis, axis]),
             2 => roll(x, shift),
             3 => x.roll((shift, other), (1, 2)),
             4 => x.rot90(shift, (1, 2)),
             5 => x.fliplr(),
             _ => x.flipud(),
         }, Shape)
         { Opset = opset, Open = [open] })
        .Equal(50);

    [Fact]
    public void Roll_ByHalfOfDynamicSize_Equal() =>
        new Case("roll", x => x.roll(x.shape[1] / 2, 1), [2, 5]) { Open = [1] }.IsEqual();

    [Fact]
    public void Repetitions_WithDynamicDimensions_Equal() => new Case[]
    {
        new("expand", x => x.unsqueeze(1).expand(-1, 5, -1, -1, -1), Shape),
        new("expand to a length", x => x[Colon, 0].unsqueeze(1).expand(-1, x.shape[2], -1, -1), Shape),
        new("expand_as", x => x.narrow(-1, 0, 1).expand_as(x), Shape),
        new("broadcast_to", x => x.narrow(1, 0, 1).broadcast_to(x.shape), Shape),
        new("broadcast_tensors", x => [.. broadcast_tensors(x, x[Colon, 0].unsqueeze(1))], Shape),
        new("repeat", x => x.repeat(1, 2, 1, 3), Shape),
        new("repeat in front", x => x.repeat(2, 1, 1, 1, 2), Shape),
        new("repeat by a length", x => x.repeat(1, x.shape[2], 1, 1), Shape),
        new("tile", x => x.tile([2, 3]), Shape),
        new("tile in front", x => tile(x, [2, 1, 1, 2, 1]), Shape),
        new("repeat_interleave", x => x.repeat_interleave(3, 1), Shape),
        new("repeat_interleave the last", x => x.repeat_interleave(2, -1), Shape),
        new("repeat_interleave all", x => x.repeat_interleave(2), Shape),
        new("meshgrid", x => meshgrid([x.flatten(), arange(3, dtype: float32)], "ij"), Shape),
        new("meshgrid xy", x => meshgrid([x.flatten(), arange(3, dtype: float32), x.flatten()], "xy"), Shape[..2]),
    }.EachEqual(4, 1);

    [Fact]
    public void Triangles_AnyOffset_Equal() =>
        (from offset in Gen.Long[-5, 5]
         from kind in Gen.Int[0, 6]
         from opset in ModuleCheck.Opsets
         from open in Gen.Int[1, 3]
         select new Case($"triangle {kind} at {offset}", x => kind switch
         {
             0 => x.tril(offset),
             1 => triu(x, offset),
             2 => ones_like(x, dtype: ScalarType.Bool).tril(offset),
             3 => x.diag_embed(offset),
             4 => x.diag_embed(offset, 0, -2),
             5 => x.flatten().diag(offset),
             _ => ones_like(x, dtype: ScalarType.Int32).triu(offset),
         }, kind >= 3 && kind != 6 ? [2, 3, 2] : Shape)
         { Opset = opset, Open = kind is 3 or 4 or 5 ? [] : [open] })
        .Equal(60);

    [Fact]
    public void Paddings_AnySidesAndMode_Equal() =>
        (from sides in Gen.Long[0, 2].Array[4]
         from crop in Gen.Long[-1, 0]
         from mode in Gen.Int[1, 4].Select(number => (PaddingModes)number)
         from number in Gen.Double[-2, 2]
         from kind in Gen.Int[0, 3]
         from opset in ModuleCheck.Opsets
         from isOpen in Gen.Bool
         let value = mode == PaddingModes.Constant ? number : 0
         let last = mode == PaddingModes.Constant ? sides[3] + crop : sides[3]
         select new Case($"pad {kind} [{string.Join(", ", sides)}] {last} by {mode} {value}", x => kind switch
         {
             0 => nn.functional.pad(x, [sides[0], sides[1], sides[2], last], mode, value),
             1 => nn.functional.pad(x, (sides[0], last), PaddingModes.Constant, value),
             2 => nn.functional.pad(x, (sides[0], sides[1], sides[2], last), mode, value),
             _ => nn.functional.pad(x, sides[0], PaddingModes.Constant, value),
         }, [2, 3, 4, 5])
         { Opset = opset, Open = isOpen ? [2, 3] : [] })
        .Equal(60);

    [Fact]
    public void Pad_ToFixedSize_Equal() => new Case(
        "pad", x => nn.functional.pad(x, (0, 10 - x.shape[1]), PaddingModes.Constant, 1), [2, 5])
    { Open = [1] }.IsEqual();

    [Fact]
    public void Shuffles_AnyFactor_Equal() =>
        (from factor in Gen.Long[1, 3]
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         select new Case($"shuffle {kind} {factor}", x => kind switch
         {
             0 => nn.functional.pixel_shuffle(x, factor),
             1 => nn.functional.pixel_unshuffle(x, factor),
             _ => x.channel_shuffle(factor),
         }, [2, 2 * factor * factor, 2 * factor, 3 * factor])
         { Opset = opset, Open = kind != 1 ? [2] : [] })
        .Equal(20);
}
