using CsCheck;

namespace TorchOnnx.Tests.Modules;

public sealed class PoolingTests
{
    private static readonly Gen<(long Kernel, long Stride, long Padding, bool Ceil, int Size)> Windows =
        from kernel in Gen.Long[1, 4]
        from stride in Gen.Long[1, 3]
            // torch requires at most half the kernel.
        from padding in Gen.Long[0, kernel / 2]
        from ceil in Gen.Bool
        from size in Gen.Int[7, 10]
        select (kernel, stride, padding, ceil, size);

    private static long[] Shape(int dimensions, int size) => [2, 3, .. Enumerable.Repeat((long)size, dimensions)];

    [Fact]
    public void MaxPool_AnyHyperparameters_Equal() =>
        (from w in Windows
         from dilation in Gen.Long[1, 2]
         from dimensions in Gen.Int[1, 3]
         from opset in ModuleCheck.Opsets
         select new Case($"MaxPool{dimensions}d{w} dilation {dilation}", () => dimensions switch
         {
             1 => nn.MaxPool1d(w.Kernel, w.Stride, w.Padding, dilation, w.Ceil),
             2 => nn.MaxPool2d(w.Kernel, w.Stride, w.Padding, dilation, w.Ceil),
             _ => nn.MaxPool3d(w.Kernel, w.Stride, w.Padding, dilation, w.Ceil),
         },
         Shape(dimensions, w.Size))
         { Opset = opset })
        .Equal(60);

    [Fact]
    public void MaxPool_NoStride_StepsByKernel()
    {
        new Case("MaxPool1d(3)", () => nn.MaxPool1d(3), [2, 3, 9]).IsEqual();
        new Case("MaxPool2d(2, 3)", () => nn.MaxPool2d((2, 3)), [2, 3, 9, 9]).IsEqual();
        new Case("MaxPool3d([1, 2, 3])", () => nn.MaxPool3d([1, 2, 3]), [2, 3, 9, 9, 9]).IsEqual();
    }

    [Fact]
    public void AvgPool_AnyHyperparameters_Equal() =>
        (from w in Windows
         from include in Gen.Bool
         from divisor in Gen.Long[1, 5].Nullable()
         from dimensions in Gen.Int[1, 3]
         from opset in ModuleCheck.Opsets
         where divisor is null || !w.Ceil
         select new Case($"AvgPool{dimensions}d{w} include {include} divisor {divisor}", () => dimensions switch
         {
             1 => nn.AvgPool1d(w.Kernel, w.Stride, w.Padding, w.Ceil, include),
             2 => nn.AvgPool2d(w.Kernel, w.Stride, w.Padding, w.Ceil, include, divisor),
             _ => nn.AvgPool3d(w.Kernel, w.Stride, w.Padding, w.Ceil, include, divisor),
         },
         Shape(dimensions, w.Size))
         { Opset = opset })
        .Equal(80);

    [Fact]
    public void AvgPool_NoStride_StepsByKernel()
    {
        new Case("AvgPool1d(3)", () => nn.AvgPool1d(3), [2, 3, 9]).IsEqual();
        new Case("AvgPool2d(2, 3)", () => nn.AvgPool2d((2, 3)), [2, 3, 9, 9]).IsEqual();
        new Case("AvgPool3d([1, 2, 3])", () => nn.AvgPool3d([1, 2, 3]), [2, 3, 9, 9, 9]).IsEqual();
    }

    [Fact]
    public void AdaptivePool_AnySizes_Equal() =>
        (from input in Gen.Long[1, 9]
         from size in Gen.Long[1, 4]
         from dimensions in Gen.Int[1, 3]
             // TorchSharp 0.107's AdaptiveMaxPool3d throws.
         from max in dimensions == 3 ? Gen.Const(false) : Gen.Bool
         from opset in ModuleCheck.Opsets
         let sizes = Enumerable.Repeat(size, dimensions).ToArray()
         select new Case($"Adaptive{(max ? "Max" : "Avg")}Pool{dimensions}d({size})", () => (dimensions, max) switch
         {
             (1, false) => nn.AdaptiveAvgPool1d(size),
             (2, false) => nn.AdaptiveAvgPool2d(sizes),
             (3, false) => nn.AdaptiveAvgPool3d(sizes),
             (1, true) => nn.AdaptiveMaxPool1d(size),
             _ => nn.AdaptiveMaxPool2d(sizes),
         },
         [2, 3, .. Enumerable.Repeat(input, dimensions)])
         { Opset = opset })
        .Equal(40);
}
