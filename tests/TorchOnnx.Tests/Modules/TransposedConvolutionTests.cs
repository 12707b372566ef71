using CsCheck;
using TorchOnnx.OnnxRuntime;
using TorchSharp.Modules;

namespace TorchOnnx.Tests.Modules;

/// <summary>
/// Compares with the definition instead of TorchSharp: libtorch 2.10 returns wrong rows for some transposed
/// convolutions and batch sizes, and at stride 1 it can crash.
/// </summary>
public sealed class TransposedConvolutionTests
{
    private const int Batch = 2, In = 4, Out = 6;

    private static readonly int[] Sizes = [4, 3, 2];

    private sealed record Steps(
        int Spatial, int Kernel, int Stride, int Padding, int Extra, int Groups, bool Bias, bool IsFunction, int Opset)
    {
        public long[] All(long size) => [.. Enumerable.Repeat(size, Spatial)];
    }

    [Fact]
    public void ConvTranspose_StridesAboveOne_MatchesDefinition() =>
        (from spatial in Gen.Int[1, 3]
         from kernel in Gen.Int[2, 4]
         from stride in Gen.Int[2, 3]
         from padding in Gen.Int[0, 1]
         from extra in Gen.Int[0, 1]
         from groups in Gen.Int[1, 2]
         from bias in Gen.Bool
         from isFunction in Gen.Bool
         from opset in ModuleCheck.Opsets
         select new Steps(spatial, kernel, stride, padding, extra, groups, bias, isFunction, opset))
        .Check(80, MatchesDefinition);

    private static void MatchesDefinition(Steps steps)
    {
        using var scope = NewDisposeScope();
        var (kernel, stride, padding, extra) = (steps.Kernel, steps.Stride, steps.Padding, steps.Extra);
        var (groups, bias) = (steps.Groups, steps.Bias);
        Convolution module = steps.Spatial switch
        {
            1 => nn.ConvTranspose1d(In, Out, kernel, stride, padding, extra, groups: groups, bias: bias),
            2 => nn.ConvTranspose2d(In, Out, kernel, stride, padding, extra, groups: groups, bias: bias),
            _ => nn.ConvTranspose3d(In, Out, kernel, stride, padding, extra, groups: groups, bias: bias),
        };
        ModuleCheck.Randomize(module);
        int[] size = Sizes[..steps.Spatial];
        Tensor example = randn([Batch, In, .. size.Select(length => (long)length)]);
        using IGraphSession session = new OnnxRuntimeRunner().Load(
            OnnxExporter.Export(
                steps.IsFunction ? Function(module, steps) : module, example,
                new OnnxExportOptions { Opset = steps.Opset })
                .ToBytes());
        float[] x = example.data<float>().ToArray();
        var inputs = new Dictionary<string, GraphTensor> { ["input"] = new GraphTensor<float>(x, example.shape) };
        var output = Assert.IsType<GraphTensor<float>>(session.Run(inputs)["output"]);

        double[] expected = Define(x, size, module, steps, out long[] shape);
        Assert.Equal(shape, output.Shape);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - output.Data[i]) <= 1e-5,
                $"element {i}: {expected[i]} by definition, {output.Data[i]} in the graph of {steps}");
        }
    }

    private static Lambda Function(Convolution module, Steps steps)
    {
        var (weight, bias) = (module.weight.detach(), module.bias?.detach());
        return new(x => steps.Spatial switch
        {
            1 => nn.functional.conv_transpose1d(
                x, weight, bias, steps.Stride, steps.Padding, steps.Extra, groups: steps.Groups),
            2 => nn.functional.conv_transpose2d(
                x, weight, bias, steps.All(steps.Stride), steps.All(steps.Padding), steps.All(steps.Extra),
                groups: steps.Groups),
            _ => nn.functional.conv_transpose3d(
                x, weight, bias, steps.All(steps.Stride), steps.All(steps.Padding), steps.All(steps.Extra),
                groups: steps.Groups),
        });
    }

    // Each input element adds its value times the kernel to the output, starting at index · stride − padding.
    private static double[] Define(float[] x, int[] size, Convolution module, Steps steps, out long[] shape)
    {
        int[] outputs = [.. size.Select(
            length => (length - 1) * steps.Stride - 2 * steps.Padding + steps.Kernel + steps.Extra)];
        int[] kernel = [.. Enumerable.Repeat(steps.Kernel, steps.Spatial)];
        float[] weight = module.weight.data<float>().ToArray();
        float[] bias = module.bias?.data<float>().ToArray() ?? new float[Out];
        int inputCount = Count(size), outputCount = Count(outputs), kernelCount = Count(kernel);
        shape = [Batch, Out, .. outputs.Select(length => (long)length)];
        var y = new double[Batch * Out * outputCount];
        for (int i = 0; i < y.Length; i++) y[i] = bias[i / outputCount % Out];

        for (int row = 0; row < Batch; row++)
        {
            for (int from = 0; from < In; from++)
            {
                for (int filter = 0; filter < Out / steps.Groups; filter++)
                {
                    for (int element = 0; element < inputCount; element++)
                    {
                        for (int member = 0; member < kernelCount; member++)
                        {
                            int[] place = [.. Place(element, size).Zip(
                                Place(member, kernel), (start, step) => start * steps.Stride - steps.Padding + step)];
                            if (place.Zip(outputs).Any(pair => pair.First < 0 || pair.First >= pair.Second)) continue;
                            int target = place.Zip(outputs).Aggregate(
                                0, (index, pair) => index * pair.Second + pair.First);
                            int to = from / (In / steps.Groups) * (Out / steps.Groups) + filter;
                            y[(row * Out + to) * outputCount + target] +=
                                (double)x[(row * In + from) * inputCount + element]
                                * weight[(from * (Out / steps.Groups) + filter) * kernelCount + member];
                        }
                    }
                }
            }
        }

        return y;
    }

    private static int Count(int[] sizes) => sizes.Aggregate(1, (product, length) => product * length);

    // Returns the row-major index of an element along each dimension.
    private static int[] Place(int element, int[] sizes)
    {
        var place = new int[sizes.Length];
        for (int axis = sizes.Length - 1; axis >= 0; axis--) (element, place[axis]) = Math.DivRem(element, sizes[axis]);
        return place;
    }
}
