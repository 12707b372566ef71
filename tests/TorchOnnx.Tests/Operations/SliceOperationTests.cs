using CsCheck;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests.Operations;

public sealed class SliceOperationTests
{
    private static readonly long[] Shape = [2, 6, 5, 4];

    [Fact]
    public void Parts_AnyRange_Equal() =>
        (from start in Gen.Long[0, 2]
         from length in Gen.Long[1, 2]
         from step in Gen.Long[1, 3]
         from axis in Gen.Int[1, 3]
         from kind in Gen.Int[0, 7]
         from opset in ModuleCheck.Opsets
         from open in Gen.Int[1, 3]
         select new Case($"part {kind} from {start}, {length}, step {step}, along {axis}", x => kind switch
         {
             0 => x.narrow(axis, start, length),
             1 => x.narrow(axis - 4, -start - 1, 1),
             2 => x.slice(axis, start, start + 2, step),
             3 => x.slice(axis, -start - 1, long.MaxValue, step),
             4 => x.@select(axis, start),
             5 => @select(x, axis - 4, -start - 1),
             6 => x.narrow(axis, 0, x.shape[axis] - start),
             _ => x.unfold(axis, 2, step),
         }, Shape)
         { Opset = opset, Open = [open] })
        .Equal(80);

    [Fact]
    public void Diagonal_AnyPlaneAndOffset_Equal() =>
        (from offset in Gen.Long[-2, 2]
         from axes in Gen.Shuffle(new long[] { 1, 2, 3 })
         from negative in Gen.Bool
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         select new Case($"diagonal {kind} {offset} of {axes[0]}, {axes[1]}", x => kind switch
         {
             0 => x.diagonal(offset, axes[0], axes[1] - (negative ? 4 : 0)),
             1 => x.reshape(-1, 4).diag(offset),
             _ => x[0].reshape(6, -1).trace(),
         }, Shape)
         { Opset = opset })
        .Equal(40);

    [Fact]
    public void Diagonal_DynamicSquare_Equal() =>
        new Case("diagonal", x => x.matmul(x.mT).diagonal(-1, 1, 2), [2, 4, 3]) { Open = [1] }.IsEqual();

    [Fact]
    public void Pieces_AnySizes_Equal() => new Case[]
    {
        new("unbind", x => x.unbind(1), Shape),
        new("unbind the last", x => unbind(x, -1), Shape),
        new("split by a size", x => x.split(4, 1), Shape),
        new("split by sizes", x => x.split([1, 2, 3], 1), Shape),
        new("split by lengths", x => x.split([1, x.shape[2] - 1], 2), Shape),
        new("split of torch", x => split(x, [3, 1, 2], 1), Shape),
        new("split in one", x => x.split(6, 1), Shape),
        new("chunk", x => x.chunk(3, 1), Shape),
        new("chunk unevenly", x => chunk(x, 4, 1), Shape),
        new("tensor_split", x => x.tensor_split(4, 1), Shape),
        new("tensor_split at places", x => x.tensor_split([1, 4], 1), Shape),
        new("hsplit", x => x.hsplit(2), Shape),
        new("hsplit at places", x => x.hsplit(2, 3), Shape),
        new("dsplit", x => x.transpose(1, 2).dsplit(3), Shape),
        new("vsplit of the transposed", x => x.transpose(0, 1).vsplit(2), Shape),
        new("sum of parts", x => { var parts = x.chunk(2, 1); return parts[0] * parts[1]; }, Shape),
    }.EachEqual(4, 2);

    [Fact]
    public void Chunk_DynamicSize_Equal() =>
        new Case("chunk", x => x.chunk(2, 1), [2, 8, 3]) { Open = [1] }.IsEqual();

    [Fact]
    public void Slice_ToHalfOfDynamicSizeRoundedUp_Equal() =>
        new Case("slice", x => x.slice(1, 0, (x.shape[1] + 1) / 2, 1), [2, 8, 3]) { Open = [1] }.IsEqual();

    [Fact]
    public void Joins_WithDynamicDimensions_Equal() => new Case[]
    {
        new("cat", x => cat([x, x * 2, x], 1), Shape),
        new("cat the last", x => cat([x, x], -1), Shape),
        new("cat of two types", x => cat([ones_like(x, dtype: ScalarType.Int32), x], 2), Shape),
        new("cat with a constant", x => cat([x, zeros(x.shape[0], 1, x.shape[2], x.shape[3])], 1), Shape),
        new("concat of an array", x => concat(new[] { x, x }, 2), Shape),
        new("stack", x => stack([x, x * 3], 1), Shape),
        new("stack at the end", x => stack([x, x], -1), Shape),
        new("stack of a query", x => stack(Enumerable.Range(1, 3).Select(factor => x * factor), 1), Shape),
        new("hstack", x => hstack(x, x), Shape),
        new("hstack of vectors", x => hstack(x.flatten(), x.flatten()), Shape),
        new("vstack", x => vstack([x, x]), Shape),
        new("vstack of vectors", x => vstack([x.flatten(), x.flatten()]), Shape),
        new("dstack", x => dstack(x, x), Shape),
        new("dstack of matrices", x => dstack(x.flatten(1), x.flatten(1)), Shape),
        new("dstack of vectors", x => dstack(x.flatten(), x.flatten()), Shape),
        new("column_stack", x => column_stack(x.flatten(), x.reshape(-1, 1)), Shape),
        new("row_stack", x => row_stack(x, x), Shape),
    }.EachEqual(4, 3);
}
