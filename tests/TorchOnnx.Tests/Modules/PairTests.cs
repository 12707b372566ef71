using CsCheck;

namespace TorchOnnx.Tests.Modules;

/// <summary>Modules of two inputs, and modules that TorchSharp composes from its functions.</summary>
public sealed class PairTests
{
    [Fact]
    public void Bilinear_AnyHyperparameters_Equal() =>
        (from sizes in Gen.Int[1, 5].Array[3]
         from bias in Gen.Bool
         from middle in Gen.Int[1, 3].Array[0, 2]
         from opset in ModuleCheck.Opsets
         select (sizes, bias, middle, opset)).Check(30, drawn =>
         {
             using var scope = NewDisposeScope();
             long[] front = [2, .. drawn.middle];
             ModuleCheck.IsEqual(
                 nn.Bilinear(drawn.sizes[0], drawn.sizes[1], drawn.sizes[2], drawn.bias),
                 [randn([.. front, drawn.sizes[0]]), randn([.. front, drawn.sizes[1]])], new() { Opset = drawn.opset });
         });

    [Fact]
    public void Similarities_AnyHyperparameters_Equal() =>
        (from norm in Gen.OneOf(0.0, 1.0, 2.0, 3.0, 2.5, double.PositiveInfinity)
         from cosine in Gen.Bool
         from axis in Gen.Long[-2, 1]
         from keep in Gen.Bool
         from opset in ModuleCheck.Opsets
         select (norm, cosine, axis, keep, opset)).Check(40, drawn =>
         {
             using var scope = NewDisposeScope();
             nn.Module module = drawn.cosine
                 ? nn.CosineSimilarity(drawn.axis)
                 : nn.PairwiseDistance(drawn.norm, keepdim: drawn.keep);
             ModuleCheck.IsEqual(
                 module, [randn(3, 4), randn(3, 4)],
                 new() { Opset = drawn.opset, DynamicDimensions = [new("D", 0, 1), new("D", 1, 1)] });
         });

    private static Lambda Unpooling(int dimensions, long kernel, long stride, long padding)
    {
        long[] kernels = All(kernel), strides = All(stride), paddings = All(padding);
        switch (dimensions)
        {
            case 1:
                var lines = nn.MaxUnpool1d(kernel, stride, padding);
                return new(x =>
                {
                    var (pooled, indices) = nn.functional.max_pool1d_with_indices(x, kernel, stride, padding);
                    return lines.call(pooled, indices);
                }, lines);
            case 2:
                var planes = nn.MaxUnpool2d(kernels, strides, paddings);
                return new(x =>
                {
                    var (pooled, indices) = nn.functional.max_pool2d_with_indices(x, kernels, strides, paddings);
                    return planes.call(pooled, indices);
                }, planes);
            default:
                var volumes = nn.MaxUnpool3d(kernels, strides, paddings);
                return new(x =>
                {
                    var (pooled, indices) = nn.functional.max_pool3d_with_indices(x, kernels, strides, paddings);
                    return volumes.call(pooled, indices);
                }, volumes);
        }

        long[] All(long size) => [.. Enumerable.Repeat(size, dimensions)];
    }

    [Fact]
    public void Unpool_AfterPooling_Equal() =>
        (from dimensions in Gen.Int[1, 3]
         from kernel in Gen.Long[2, 3]
         from stride in Gen.Long[1, 3]
         from padding in Gen.Long[0, 1]
             // Three windows cover this size.
         let size = 2 * stride - 2 * padding + kernel
         from opset in ModuleCheck.Opsets
         select new Case(
             $"Unpool{dimensions}d({kernel}, {stride}, {padding})",
             () => Unpooling(dimensions, kernel, stride, padding), [2, 3, .. Enumerable.Repeat(size, dimensions)])
         { Opset = opset }).Equal(30);

    [Fact]
    public void PowerPool_AnyHyperparameters_Equal() =>
        (from norm in Gen.OneOf(1.0, 2.0, 4.0)
         from kernel in Gen.Long[1, 3]
         from stride in Gen.Long[1, 3].Nullable()
         from ceil in Gen.Bool
         from flat in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Case(
             $"LPPool({norm}, {kernel}, {stride}, {ceil})",
             () => flat ? nn.LPPool2d(norm, [kernel, kernel], stride is { } step ? [step, step] : null, ceil)
                 : nn.LPPool1d(norm, kernel, stride, ceil),
             flat ? [2, 3, 6, 7] : [2, 3, 7])
         { Opset = opset }).Equal(30);

    [Fact]
    public void UnfoldAndFold_AnyHyperparameters_Equal() =>
        (from kernel in Gen.Long[1, 3]
         from dilation in Gen.Long[1, 2]
         from padding in Gen.Long[0, 1]
         from stride in Gen.Long[1, 2]
         from fold in Gen.Bool
             // ONNX has Col2Im since opset 18.
         from opset in fold ? Gen.Int[18, OnnxExportOptions.MaximumOpset] : ModuleCheck.Opsets
         let windows = ((7 + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
         select new Case(
             $"{(fold ? "Fold" : "Unfold")}({kernel}, {dilation}, {padding}, {stride})",
             () => fold ? nn.Fold((7, 7), (kernel, kernel), (dilation, dilation), (padding, padding), (stride, stride))
                 : nn.Unfold((kernel, kernel), (dilation, dilation), (padding, padding), (stride, stride)),
             fold ? [2, 3 * kernel * kernel, windows * windows] : [2, 3, 7, 7])
         { Opset = opset }).Equal(40);
}
