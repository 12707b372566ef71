using OnnxDigits.Export.OnnxRuntime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Tests.Modules;

/// <summary>
/// Held against the definition and not against TorchSharp: libtorch 2.10 on oneDNN gives wrong rows for some
/// configurations and batch sizes, and at stride 1 it was seen to end the process.
/// </summary>
public sealed class TransposedConvolutionTests
{
    private const int Batch = 2, In = 2, Out = 3, Height = 4, Width = 5;

    public static TheoryData<long, long, long, long, bool> Configurations()
    {
        var data = new TheoryData<long, long, long, long, bool>();
        foreach (long kernel in (long[])[2, 3, 4])
            foreach (long stride in (long[])[2, 3])
                foreach (long padding in (long[])[0, 1])
                    foreach (long extra in (long[])[0, 1])
                        data.Add(kernel, stride, padding, extra, (kernel + padding) % 2 == 0);
        return data;
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void ConvTranspose2d_StridesAboveOne_IsItsDefinition(long kernel, long stride, long padding, long extra, bool bias)
    {
        using var scope = NewDisposeScope();
        ConvTranspose2d module = nn.ConvTranspose2d(In, Out, kernel, stride, padding, extra, bias: bias);
        ModuleCheck.Randomize(module);
        Tensor example = randn(Batch, In, Height, Width);
        using IGraphSession session = new OnnxRuntimeRunner().Load(OnnxExporter.Export(module, example).ToBytes());
        float[] x = example.data<float>().ToArray();
        var inputs = new Dictionary<string, GraphTensor> { ["input"] = new GraphTensor<float>(x, example.shape) };
        var output = Assert.IsType<GraphTensor<float>>(session.Run(inputs)["output"]);

        double[] expected = Define(x, module, (int)kernel, (int)stride, (int)padding, (int)extra, out long[] shape);
        Assert.Equal(shape, output.Shape);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - output.Data[i]) <= 1e-5, $"element {i}: {expected[i]} by definition, {output.Data[i]} in the graph");
    }

    // Each input pixel adds its value times the kernel to the output, from row r · stride − padding on.
    private static double[] Define(
        float[] x, ConvTranspose2d module, int kernel, int stride, int padding, int extra, out long[] shape)
    {
        int height = (Height - 1) * stride - 2 * padding + kernel + extra;
        int width = (Width - 1) * stride - 2 * padding + kernel + extra;
        float[] weight = module.weight.data<float>().ToArray();
        float[] bias = module.bias?.data<float>().ToArray() ?? new float[Out];
        shape = [Batch, Out, height, width];
        var y = new double[Batch * Out * height * width];
        for (int i = 0; i < y.Length; i++) y[i] = bias[i / (height * width) % Out];

        for (int b = 0; b < Batch; b++)
            for (int c = 0; c < In; c++)
                for (int r = 0; r < Height; r++)
                    for (int s = 0; s < Width; s++)
                        for (int o = 0; o < Out; o++)
                            for (int u = 0; u < kernel; u++)
                                for (int v = 0; v < kernel; v++)
                                {
                                    int row = r * stride - padding + u, column = s * stride - padding + v;
                                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                                    y[((b * Out + o) * height + row) * width + column] +=
                                        (double)x[((b * In + c) * Height + r) * Width + s] * weight[((c * Out + o) * kernel + u) * kernel + v];
                                }

        return y;
    }
}
