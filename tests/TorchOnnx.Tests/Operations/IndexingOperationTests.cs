using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch.TensorIndex;

namespace TorchOnnx.Tests.Operations;

public sealed class IndexingOperationTests
{
    private static readonly long[] Shape = [2, 6, 5, 4];

    private static readonly Gen<(string Text, TensorIndex Index)> Places = Gen.OneOf(
        Gen.Long[-4, 3].Select(index => ($"{index}", Single(index))),
        Gen.Const((":", Colon)),
        Gen.Const(("None", None)),
        Gen.Select(Gen.Long[0, 2], Gen.OneOf(Gen.Long[3, 6], Gen.Const(-1L)), Gen.Long[1, 3]).Select(range =>
            ($"{range.Item1}:{range.Item2}:{range.Item3}", Slice(range.Item1, range.Item2, range.Item3))),
        Gen.Long[-5, 2].Select(start => ($"{start}:", Slice(start, null, null))),
        Gen.Const(0).Select(_ => ("[2, 0, -1]", TensorIndex.Tensor(tensor(new long[] { 2, 0, -1 })))),
        Gen.Const(0).Select(_ => ("[[1], [3]]", TensorIndex.Tensor(tensor(new long[] { 1, 3 }).reshape(2, 1)))));

    // A colon keeps the batch; an ellipsis replaces the colon or follows the first index.
    private static readonly Gen<(string Text, TensorIndex[] Places)> Indices =
        from places in Places.Array[1, 3]
        from ellipsis in Gen.Int[0, 2]
        select ($"{string.Join(", ", places.Select(place => place.Text))} with ellipsis {ellipsis}", ellipsis switch
        {
            0 => [Colon, .. places.Select(place => place.Index)],
            1 => [Ellipsis, .. places.Select(place => place.Index)],
            _ => (TensorIndex[])[Colon, places[0].Index, Ellipsis, .. places[1..].Select(place => place.Index)],
        });

    private static TensorIndex Rows(params long[] rows) => TensorIndex.Tensor(tensor(rows));

    private static TensorIndex Rows(params int[] rows) => TensorIndex.Tensor(tensor(rows));

    private static Tensor Triangle(Tensor like) => ones_like(like, dtype: ScalarType.Bool).tril();

    [Fact]
    public void Get_AnyIndices_Equal() =>
        (from indices in Indices
         from opset in ModuleCheck.Opsets
         select new Case($"x[{indices.Text}]", x => x[indices.Places], Shape) { Opset = opset })
        .Equal(150);

    [Fact]
    public void Set_AnyIndices_Equal() =>
        (from indices in Indices
         from number in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case($"x[{indices.Text}] = ", x =>
         {
             var changed = x * 2;
             changed[indices.Places] = number ? 7f : x[indices.Places] + 1;
             return changed;
         }, Shape)
         { Opset = opset })
        .Equal(80);

    [Fact]
    public void Get_EachForm_Equal() => new Case[]
    {
        new("one number", x => x[1], Shape),
        new("two numbers", x => x[0, -1], Shape),
        new("three numbers", x => x[0, 1, 2], Shape),
        new("four numbers", x => x[0, 1, 2, 0], Shape),
        new("an array", x => x[new long[] { 0, 1 }], Shape),
        new("the last of a length", x => x[Colon, x.shape[1] - 1], Shape),
        new("up to a length", x => x[Colon, Slice(0, x.shape[1] - 2)], Shape),
        new("a tensor", x => x[tensor(new long[] { 1, 0, 1 })], Shape),
        new("tensors", x => x[tensor(new long[] { 1, 0 }), tensor(new long[] { 3, -1 })], Shape),
        new(
            "tensors to be broadcast", x => x[tensor(new[] { 1L, 0 }).unsqueeze(1), tensor(new[] { 3L, -1, 2 })],
            Shape),
        new("tensors apart", x => x[Rows(1L, 0), Colon, Rows(3L, -1)], Shape),
        new("tensors of 32 bits", x => x[Colon, Rows(1, 0), Rows(3, -1)], Shape),
        new("a tensor without dimensions", x => x[Colon, TensorIndex.Tensor(tensor(2L))], Shape),
        new("calculated indices", x => x[Colon, TensorIndex.Tensor(x.argsort(1).narrow(1, 0, 3).flatten())], Shape),
        new("index", x => x.index(Colon, Single(1)), Shape),
    }.Select(@case => @case with { DynamicBatch = false }).EachEqual(3, 3);

    [Fact]
    public void Set_EachForm_Equal() => new Case[]
    {
        new("one number", x => { var y = x.add(0); y[1] = x[0]; return y; }, Shape),
        new("two numbers", x => { var y = x.add(0); y[0, -1] = 3f; return y; }, Shape),
        new("three numbers", x => { var y = x.add(0); y[0, 1, 2] = x[1, 1, 1]; return y; }, Shape),
        new("four numbers", x => { var y = x.add(0); y[0, 1, 2, 0] = 3f; return y; }, Shape),
        new(
            "a range", x => { var y = x.add(0); y[Colon, Slice(1, null, 2)] = x[Colon, Slice(0, 1)]; return y; },
            Shape),
        new("a mask", x => { var y = x.add(0); y[Triangle(x)] = 0f; return y; }, Shape),
        new("a mask of rows", x => { var y = x.add(0); y[Triangle(x[Colon, Colon, 0, 0])] = 1.5f; return y; }, Shape),
        new("a mask and an array", x => { var y = x.add(0); y[Triangle(x)] = tensor(new[] { 2f }); return y; }, Shape),
        new("index_put_", x => { var y = x.add(0); y.index_put_(x[0], tensor(new long[] { 1 })); return y; }, Shape),
        new("index_put_ of a number", x => x.add(0).index_put_((Scalar)2, tensor(new[] { 1L })), Shape),
        new("index_put_ that adds",
            x => x.add(0).index_put_(x[0, 0], [tensor(new[] { 1L, 1 }), tensor(new[] { 2L, 2 })], true), Shape)
        {
            LowestOpset = 16,
        },
    }.Select(@case => @case with { DynamicBatch = false }).EachEqual(3, 3);

    [Fact]
    public void Gathers_AnyAxis_Equal() =>
        (from axis in Gen.Int[1, 3]
         from negative in Gen.Bool
         from kind in Gen.Int[0, 5]
         from opset in ModuleCheck.Opsets
         let dim = negative ? axis - 4 : axis
         select new Case($"gather {kind} along {dim}", (x, i) => kind switch
         {
             0 => x.index_select(dim, i[0, 0, 0]),
             1 => x.gather(dim, i),
             2 => x.take(i),
             3 => x.take_along_dim(i, dim),
             4 => x.take_along_dim(i),
             _ => x.index_select(dim, tensor(1L)),
         }, Shape, kind == 3 ? [2, axis == 1 ? 2 : 1, axis == 2 ? 3 : 1, 4] : [2, 3, 5, 2])
         { Opset = opset, Indices = 4 })
        .Equal(50);

    [Fact]
    public void Scatters_AnyAxis_Equal() =>
        (from axis in Gen.Int[1, 3]
         from negative in Gen.Bool
         from kind in Gen.Int[0, 8]
         from opset in ModuleCheck.Opsets
         let dim = negative ? axis - 4 : axis
         let adds = (kind is 1 or 2)
         select new Case($"scatter {kind} along {dim}", x =>
         {
             var index = tensor(new long[] { 3, 0 });
             var indices = tensor(new long[] { 3, 0, 1, 2 }).expand(x.shape[0], 1, 1, 4);
             return kind switch
             {
                 0 => x.scatter(3, indices, x * 2),
                 1 => x.scatter_add(dim, indices, x * 2),
                 2 => x.index_add(dim, tensor(new long[] { 3, 0, 3 }), x.narrow(dim, 0, 3), 2),
                 3 => x.index_copy(dim, index, x.narrow(dim, 1, 2) * 2),
                 4 => x.index_fill(dim, index, 1.5),
                 5 => x.add(0).index_fill_(dim, tensor(2L), 1.5),
                 6 => x.select_scatter(x.@select(dim, 0), dim, -1),
                 7 => x.slice_scatter(x.narrow(dim, 0, 2), dim, 1, 4, 2),
                 _ => x.diagonal_scatter(x.diagonal(1, 1, 2) * 2, 1, 1, 2),
             };
         }, Shape)
         { Opset = adds ? Math.Max(opset, 16) : opset, Open = kind is 3 or 4 or 5 or 6 or 7 ? [axis] : [] })
        .Equal(80);

    [Fact]
    public void Lookups_EachForm_Equal() => new Case[]
    {
        new("one_hot", x => nn.functional.one_hot(x.topk(1, 2).indexes, 20), Shape),
        new("one_hot of a length", x => nn.functional.one_hot(x.topk(1, 2).indexes, x.shape[2]), Shape),
        new("bucketize", x => x.bucketize(tensor(new[] { -1f, 0, 0.5f })), Shape),
        new(
            "bucketize at the right", x => x.bucketize(tensor(new[] { -1f, 0, 0.5f }), outInt32: true, right: true),
            Shape),
        new("searchsorted", x => searchsorted(tensor(new[] { -1f, 0, 0.5f }), x), Shape),
        new("searchsorted of a number", x => searchsorted(x.flatten().sort().Values, 0.5, false, false, null!), Shape),
        new("searchsorted in rows", x => searchsorted(x.sort(-1).Values, x), Shape),
    }.EachEqual(4, 2);
}
