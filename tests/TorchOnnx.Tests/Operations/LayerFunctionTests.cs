using CsCheck;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace TorchOnnx.Tests.Operations;

public sealed class LayerFunctionTests
{
    private static long[] Image(int spatial, long channels, params long[] sizes) =>
        [2, channels, .. sizes.Take(spatial)];

    // Deterministic, so that every pass of the tracer sees the same constant.
    private static Tensor Weight(params long[] shape)
    {
        long count = shape.Aggregate((a, b) => a * b);
        return tensor(Enumerable.Range(0, (int)count).Select(index => MathF.Sin(0.7f * index)).ToArray())
            .reshape(shape);
    }

    private static int[] Axes(int spatial) => [.. Enumerable.Range(2, spatial)];

    [Fact]
    public void Convolutions_AnyHyperparameters_Equal() =>
        (from spatial in Gen.Int[1, 3]
         from kernel in Gen.Long[1, 3]
         from stride in Gen.Long[1, 2]
         from padding in Gen.Long[0, 2]
         from dilation in Gen.Long[1, 2]
         from groups in Gen.Long[1, 2]
         from biased in Gen.Bool
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         from isOpen in Gen.Bool
         let weight = Weight([2 * groups, 2, .. Enumerable.Repeat(kernel, spatial)])
         let bias = biased ? Weight(2 * groups) : null
         let named = kind == 1 ? Padding.Same : Padding.Valid
         select new Case(
             $"conv{spatial}d {(kernel, stride, padding, dilation, groups)} bias {biased} kind {kind}",
             x => (spatial, kind) switch
             {
                 (1, 0) => functional.conv1d(x, weight, bias, stride, padding, dilation, groups),
                 (2, 0) => functional.conv2d(x, weight, bias, [stride, 1], [padding, 0], [dilation, 1], groups),
                 (3, 0) =>
                     functional.conv3d(x, weight, bias, [stride, 1, 1], [padding, 1, 0], [dilation, 1, 1], groups),
                 (1, _) => functional.conv1d_padding(x, weight, bias, 1, named, dilation, groups),
                 (2, _) => functional.conv2d_padding(x, weight, bias, [1, 1], named, [dilation, 1], groups),
                 _ => functional.conv3d_padding(x, weight, bias, [1, 1, 1], named, [dilation, 1, 1], groups),
             }, Image(spatial, 2 * groups, 9, 6, 5))
         { Opset = opset, Open = isOpen ? Axes(spatial) : [] })
        .Equal(80);

    [Fact]
    public void Convolution_ComputedWeights_Equal() =>
        new Case("conv2d", x => functional.conv2d(x, x[..1].narrow(2, 0, 3).narrow(3, 0, 3)), [2, 3, 5, 6])
        {
            DynamicBatch = false,
        }.IsEqual();

    private static readonly Gen<(long Kernel, long? Stride, long Padding, bool Ceil, int Spatial, int Opset)> Windows =
        from kernel in Gen.Long[1, 4]
        from stride in Gen.Long[1, 3].Nullable()
        from padding in Gen.Long[0, kernel / 2]
        from ceil in Gen.Bool
        from spatial in Gen.Int[1, 3]
        from opset in ModuleCheck.Opsets
        select (kernel, stride, padding, ceil, spatial, opset);

    [Fact]
    public void MaxPools_AnyHyperparameters_Equal() =>
        (from w in Windows
         from dilation in Gen.Long[1, 2]
         from indices in Gen.Bool
         let kernels = Enumerable.Repeat(w.Kernel, w.Spatial).ToArray()
         let strides = w.Stride is { } stride ? Enumerable.Repeat(stride, w.Spatial).ToArray() : null
         let paddings = Enumerable.Repeat(w.Padding, w.Spatial).ToArray()
         let dilations = Enumerable.Repeat(dilation, w.Spatial).ToArray()
         select new Case($"max pool {w} dilation {dilation} indices {indices}", x => (w.Spatial, indices) switch
         {
             (1, false) => [functional.max_pool1d(x, w.Kernel, w.Stride, w.Padding, dilation, w.Ceil)],
             (2, false) => [functional.max_pool2d(x, kernels, strides, paddings, dilations, w.Ceil)],
             (3, false) => [functional.max_pool3d(x, kernels, strides, paddings, dilations, w.Ceil)],
             (1, true) => Both(functional.max_pool1d_with_indices(x, w.Kernel, w.Stride, w.Padding, dilation, w.Ceil)),
             (2, true) => Both(functional.max_pool2d_with_indices(x, kernels, strides, paddings, dilations, w.Ceil)),
             _ => Both(functional.max_pool3d_with_indices(x, kernels, strides, paddings, dilations, w.Ceil)),
         }, Image(w.Spatial, 3, 9, 8, 7))
         { Opset = w.Opset })
        .Equal(60);

    private static Tensor[] Both((Tensor Values, Tensor Indices) pooled) => [pooled.Values, pooled.Indices];

    [Fact]
    public void MaxPools_OtherOverloads_Equal() => new Case[]
    {
        new("max_pool2d of a number", x => functional.max_pool2d(x, 2), [2, 3, 9, 8]),
        new("max_pool2d of a number with all", x => functional.max_pool2d(x, 3, 2, 1, 1, true), [2, 3, 9, 8]),
        new("max_pool2d of a pair", x => functional.max_pool2d(x, (2, 3), (2, 1), (1, 0)), [2, 3, 9, 8]),
        new("avg_pool2d of a number", x => functional.avg_pool2d(x, 2), [2, 3, 9, 8]),
        new("avg_pool2d of a pair", x => functional.avg_pool2d(x, (2, 3), (2, 1), (1, 0)), [2, 3, 9, 8]),
        new("lp_pool1d", x => functional.lp_pool1d(x, 2, 3, 2), [2, 3, 9]),
        new("lp_pool2d", x => functional.lp_pool2d(x, 2, 2), [2, 3, 9, 8]),
        new("lp_pool2d of powers", x => functional.lp_pool2d(x * x, 1.5, [2, 3], [2, 1]), [2, 3, 9, 8]),
        new("lp_pool2d with ceil_mode", x => functional.lp_pool2d(x * x, 4, [2, 3], [2, 2], true), [2, 3, 9, 8]),
    }.EachEqual(3, 1);

    [Fact]
    public void AveragePools_AnyHyperparameters_Equal() =>
        (from w in Windows
         from include in Gen.Bool
         from divisor in Gen.Long[1, 5].Nullable()
         where divisor is null || !w.Ceil
         let kernels = Enumerable.Repeat(w.Kernel, w.Spatial).ToArray()
         let strides = w.Stride is { } stride ? Enumerable.Repeat(stride, w.Spatial).ToArray() : null
         let paddings = Enumerable.Repeat(w.Padding, w.Spatial).ToArray()
         select new Case($"average pool {w} include {include} divisor {divisor}", x => w.Spatial switch
         {
             1 => functional.avg_pool1d(x, w.Kernel, w.Stride, w.Padding, w.Ceil, include),
             2 => functional.avg_pool2d(x, kernels, strides, paddings, w.Ceil, include, divisor),
             _ => functional.avg_pool3d(x, kernels, strides, paddings, w.Ceil, include, divisor),
         }, Image(w.Spatial, 3, 9, 8, 7))
         { Opset = w.Opset })
        .Equal(50);

    [Fact]
    public void AdaptivePools_AnySizes_Equal() =>
        (from spatial in Gen.Int[1, 3]
         from sizes in Gen.Long[1, 7].Array[spatial]
         from output in Gen.Long[1, 6].Array[spatial]
         from kind in Gen.Int[0, 2]
         from opset in ModuleCheck.Opsets
         where kind == 0 || spatial < 3
         select new Case($"adaptive pool {kind} to [{string.Join(", ", output)}]", x => (spatial, kind) switch
         {
             (1, 0) => functional.adaptive_avg_pool1d(x, output[0]),
             (2, 0) => functional.adaptive_avg_pool2d(x, output),
             (3, 0) => functional.adaptive_avg_pool3d(x, output),
             (1, 1) => functional.adaptive_max_pool1d(x, output[0]),
             (2, 1) => functional.adaptive_max_pool2d(x, output),
             (1, _) => functional.adaptive_avg_pool1d(x, output[0]),
             _ => functional.adaptive_avg_pool2d(x, (output[0], output[1])),
         }, [2, 3, .. sizes])
         { Opset = opset })
        .Equal(60);

    [Fact]
    public void AdaptivePools_OpenSizes_Equal() => new Case[]
    {
        new("average", x => functional.adaptive_avg_pool2d(x, [3, 4]), [2, 3, 7, 9]) { Open = [2, 3] },
        new("maximum", x => functional.adaptive_max_pool2d(x, [3, 1]), [2, 3, 7, 9]) { Open = [2, 3] },
        new("one open size", x => functional.adaptive_avg_pool2d(x, [2, 3]), [2, 3, 7, 9]) { Open = [3] },
        new("signal", x => functional.adaptive_avg_pool1d(x, 4), [2, 3, 9]) { Open = [2] },
        new("its own width", x => functional.adaptive_avg_pool2d(x, [2, x.shape[3]]), [2, 3, 7, 9]) { Open = [3] },
    }.EachEqual(2, 0);

    [Fact]
    public void AdaptivePools_ToOneOrWithIndices_Equal() => new Case[]
    {
        new("to one", x => functional.adaptive_avg_pool2d(x, 1), [2, 3, 4, 6]) { Open = [2, 3] },
        new("maximum to one", x => functional.adaptive_max_pool2d(x, [1, 1]), [2, 3, 4, 6]) { Open = [2, 3] },
        new("with indices", x => Both(functional.adaptive_max_pool2d_with_indices(x, [2, 3])), [2, 3, 4, 6]),
        new("of a pair", x => functional.adaptive_avg_pool2d(x, (3, 4)), [2, 3, 4, 6]),
    }.EachEqual(3, 0);

    [Fact]
    public void Norms_AnyHyperparameters_Equal() =>
        (from kind in Gen.Int[0, 6]
         from weighted in Gen.Bool
         from spatial in Gen.Int[1, 2]
         from epsilon in Gen.Double[1e-5, 1e-2]
         from opset in ModuleCheck.Opsets
         from isOpen in Gen.Bool
         let weight = weighted ? Weight(4) : null
         let bias = weighted ? Weight(4) * 2 : null
         let row = weighted ? Weight(5) : null
         let mean = Weight(4)
         let variance = Weight(4).abs() + 0.5f
         select new Case($"norm {kind} weighted {weighted} epsilon {epsilon}", x => kind switch
         {
             0 => functional.batch_norm(x, mean, variance, weight, bias, eps: epsilon),
             1 => functional.instance_norm(x, weight: weight, bias: bias, eps: epsilon),
             2 => functional.instance_norm(x, mean, variance, weight, bias, use_input_stats: false, eps: epsilon),
             3 => functional.layer_norm(x, [5], row, row, epsilon),
             4 => functional.layer_norm(x.transpose(1, -1), [4], weight, bias, epsilon),
             5 => functional.group_norm(x, 2, weight, bias, epsilon),
             _ => functional.local_response_norm(x, 3, 0.5, 0.6, 1.5),
         }, Image(spatial, 4, spatial == 1 ? 5 : 6, 5))
         { Opset = opset, Open = isOpen && spatial == 2 ? [2] : [] })
        .Equal(80);

    [Fact]
    public void Attention_AnyMask_Equal() =>
        (from kind in Gen.Int[0, 4]
         from heads in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case($"attention {kind} heads {heads}", (q, k) =>
         {
             var (query, key) = heads ? (q, k) : (q[TensorIndex.Colon, 0], k[TensorIndex.Colon, 0]);
             var mask = kind switch
             {
                 1 => ones(q.shape[2], k.shape[2], dtype: ScalarType.Bool).tril(1),
                 2 => ones(q.shape[2], k.shape[2]).triu(-1) * 2,
                 // Masks everything in the first row.
                 3 => ones(q.shape[2], k.shape[2], dtype: ScalarType.Bool).tril(-1),
                 _ => null,
             };
             return functional.scaled_dot_product_attention(query, key, key * 2, mask, is_casual: kind == 4);
         }, [2, 3, 4, 8], [2, 3, 6, 8])
         { Opset = opset, Open = [2] })
        .Equal(50);
}
