using CsCheck;
using TorchOnnx.OnnxRuntime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Tests.Modules;

/// <summary>
/// Transposed convolutions of one and three dimensions against their definition, as libtorch's own results cannot be
/// relied on.
/// </summary>
public sealed class TransposedConvolutionRankTests
{
    private const int Batch = 2, Groups = 2, In = 4, Out = 6;

    [Fact]
    public void ConvTranspose_OneAndThreeDimensions_IsItsDefinition() =>
        (from volume in Gen.Bool
         from kernel in Gen.Long[2, 4]
         from stride in Gen.Long[2, 3]
         from padding in Gen.Long[0, 1]
         from extra in Gen.Long[0, 1]
         from bias in Gen.Bool
         from size in Gen.Int[2, 4]
         from opset in ModuleCheck.Opsets
         select (volume, kernel, stride, padding, extra, bias, size, opset)).Sample(drawn =>
         {
             using var scope = NewDisposeScope();
             int dimensions = drawn.volume ? 3 : 1;
             Convolution module = drawn.volume
                 ? nn.ConvTranspose3d(
                     In, Out, drawn.kernel, drawn.stride, drawn.padding, drawn.extra, groups: Groups, bias: drawn.bias)
                 : nn.ConvTranspose1d(
                     In, Out, drawn.kernel, drawn.stride, drawn.padding, drawn.extra, groups: Groups, bias: drawn.bias);
             ModuleCheck.Randomize(module);
             Tensor example = randn([Batch, In, .. Enumerable.Repeat((long)drawn.size, dimensions)]);
             var program = OnnxExporter.Export(module, example, new OnnxExportOptions { Opset = drawn.opset });
             using IGraphSession session = new OnnxRuntimeRunner().Load(program.ToBytes());
             var input = new GraphTensor<float>(example.data<float>().ToArray(), example.shape);
             var output = Assert.IsType<GraphTensor<float>>(
                 session.Run(new Dictionary<string, GraphTensor> { ["input"] = input })["output"]);

             long length = (drawn.size - 1) * drawn.stride - 2 * drawn.padding + drawn.kernel + drawn.extra;
             Assert.Equal([Batch, Out, .. Enumerable.Repeat(length, dimensions)], output.Shape);
             double[] expected = Define(input.Data, module, dimensions, drawn.size, length);
             foreach (var (want, got) in expected.Zip(output.Data)) Assert.Equal(want, got, 1e-5);
         }, iter: 40, threads: 1);

    // Each input element adds its value times the kernel to the output, from place · stride − padding on.
    private static double[] Define(float[] input, Convolution module, int dimensions, long size, long length)
    {
        float[] weight = module.weight.data<float>().ToArray();
        float[] bias = module.bias?.data<float>().ToArray() ?? new float[Out];
        long kernel = module.kernel_size[0], area = Power(length, dimensions);
        double[] output =
            [.. Enumerable.Range(0, (int)(Batch * Out * area)).Select(index => (double)bias[index / area % Out])];
        foreach (var (index, value) in input.Index())
        {
            long place = index % Power(size, dimensions), channel = index / Power(size, dimensions) % In;
            long row = index / Power(size, dimensions) / In;
            for (long o = 0; o < Out / Groups; o++)
                for (long tap = 0; tap < Power(kernel, dimensions); tap++)
                {
                    long[] target = [.. Digits(place, size, dimensions).Zip(Digits(tap, kernel, dimensions),
                        (at, offset) => at * module.stride[0] - module.padding![0] + offset)];
                    if (target.Any(coordinate => coordinate < 0 || coordinate >= length)) continue;
                    long filter = channel / (In / Groups) * (Out / Groups) + o;
                    long to = target.Aggregate(row * Out + filter, (sum, coordinate) => sum * length + coordinate);
                    output[to] += (double)value * weight[(channel * (Out / Groups) + o) * Power(kernel, dimensions) + tap];
                }
        }
        return output;
    }

    private static long Power(long size, int dimensions) =>
        Enumerable.Repeat(size, dimensions).Aggregate(1L, (a, b) => a * b);

    private static IEnumerable<long> Digits(long number, long radix, int count) =>
        Enumerable.Range(0, count).Select(digit => number / Power(radix, count - 1 - digit) % radix);
}
