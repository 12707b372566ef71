using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests.Quantization;

/// <summary>Computes quantized layers by hand, with integers, and compares the results with ONNX Runtime's.</summary>
public sealed class LayerTests
{
    private static readonly double[] Scales = [0.01, 3, 0.2];

    // Without optimizations, ONNX Runtime computes with rounded floats, and with them with integers. Products of 8 bits
    // can saturate on processors without VNNI.
    public static TheoryData<bool, bool> Runners => new() { { false, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Runners))]
    public void Quantize_StaticLinear_EqualsIntegerProduct(bool optimize, bool reduced)
    {
        using var scope = NewDisposeScope();
        var model = Linear();
        var x = Input([20, 6]);
        var quantized = OnnxExporter.Export(model, x).Quantize([x], Options(optimize, reduced));
        float[] result = Run(quantized, x, optimize);

        var (quantum, zero) = Activation(x);
        for (int row = 0; row < 20; row++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                double step = Step(model.weight[channel], reduced);
                long sum = Round(model.bias![channel].item<float>() / (quantum * step));
                for (int k = 0; k < 6; k++)
                {
                    sum += (Integer(x[row, k], quantum, zero) - zero)
                        * Round(model.weight[channel, k].item<float>() / step);
                }
                Assert.Equal(sum * quantum * step, result[row * 3 + channel], 1e-4 * Scales[channel]);
            }
        }

        float[] exact = [.. model.call(x).data<float>()];
        double noise = exact.Zip(result, (e, r) => Math.Pow(e - r, 2)).Sum();
        double relative = Math.Sqrt(noise / exact.Sum(e => Math.Pow(e, 2)));
        var report = quantized.Report;
        Assert.Equal(relative, report.Outputs[0].RelativeError, 1e-3 * relative);
        Assert.Equal(exact.Zip(result, (e, r) => Math.Abs(e - r)).Max(), report.Outputs[0].MaxAbsoluteError, 1e-5);
        Assert.Equal(-20 * Math.Log10(relative), report.Layers[0].SignalToNoise, 0.1);
    }

    // The graph measures the range of each batch.
    [Theory]
    [MemberData(nameof(Runners))]
    public void Quantize_DynamicLinear_RoundsEachInputByItsOwnRange(bool optimize, bool reduced)
    {
        using var scope = NewDisposeScope();
        var model = Linear();
        var calibration = Input([20, 6]);
        var options = Options(optimize, reduced) with { Mode = QuantizationMode.Dynamic };
        var quantized = OnnxExporter.Export(model, calibration).Quantize([calibration], options);
        var x = calibration * 7;
        float[] result = Run(quantized, x, optimize);

        var (quantum, zero) = Activation(x);
        for (int channel = 0; channel < 3; channel++)
        {
            double step = Step(model.weight[channel], reduced);
            double sum = Enumerable.Range(0, 6).Sum(k =>
                (Integer(x[0, k], quantum, zero) - zero) * Round(model.weight[channel, k].item<float>() / step));
            Assert.Equal(
                sum * quantum * step + model.bias![channel].item<float>(), result[channel], 1e-3 * Scales[channel]);
        }
    }

    [Theory]
    [MemberData(nameof(Runners))]
    public void Quantize_StaticConvolution_EqualsIntegerSums(bool optimize, bool reduced)
    {
        using var scope = NewDisposeScope();
        var convolution = nn.Conv2d(2, 3, 3, padding: 1);
        Spread(convolution.weight!);
        var model = nn.Sequential(convolution, nn.ReLU());
        // A range that doesn't start at zero: the padding is zero nevertheless.
        var x = Input([1, 2, 5, 5]) + 3;
        float[] result = Run(OnnxExporter.Export(model, x).Quantize([x], Options(optimize, reduced)), x, optimize);

        var (quantum, zero) = Activation(x);
        var (outQuantum, outZero) = Activation(model.call(x));
        Assert.Equal(0, outZero);
        for (int index = 0; index < result.Length; index++)
        {
            var (channel, row, column) = (index / 25, index / 5 % 5, index % 5);
            double step = Step(convolution.weight![channel], reduced);
            long sum = Round(convolution.bias![channel].item<float>() / (quantum * step));
            for (int k = 0; k < 18; k++)
            {
                var (i, dy, dx) = (k / 9, k / 3 % 3, k % 3);
                if (row + dy is < 1 or > 5 || column + dx is < 1 or > 5) continue;
                sum += (Integer(x[0, i, row + dy - 1, column + dx - 1], quantum, zero) - zero)
                    * Round(convolution.weight![channel, i, dy, dx].item<float>() / step);
            }
            double integer = Math.Clamp(sum * quantum * step / outQuantum, 0, 255);
            // A result near the middle of two integers may become either.
            Assert.Equal(integer, result[index] / outQuantum, 0.5001);
            Assert.Equal(Math.Round(result[index] / outQuantum), result[index] / outQuantum, 1e-3);
        }
    }

    [Theory]
    [InlineData(QuantizationMode.Static)]
    [InlineData(QuantizationMode.Dynamic)]
    public void Quantize_WeightsOfDifferentRanges_AreBetterPerChannel(QuantizationMode mode)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var x = randn(50, 2, 6, 6);
        var convolution = nn.Conv2d(2, 3, 3);
        Spread(convolution.weight!);
        var linear = nn.Linear(48, 3);
        Spread(linear.weight);
        var program = OnnxExporter.Export(nn.Sequential(convolution, nn.Flatten(), linear), x);
        var options = Options(true, true) with { Mode = mode, MaxRelativeError = 1 };

        var perChannel = program.Quantize([x], options).Report;
        var perTensor = program.Quantize([x], options with { PerChannel = false }).Report;

        Assert.All(
            perChannel.Layers.OrderBy(layer => layer.Node).Zip(perTensor.Layers.OrderBy(layer => layer.Node)),
            pair => Assert.True(pair.First.SignalToNoise >= pair.Second.SignalToNoise));
        Assert.True(perChannel.Outputs[0].RelativeError < perTensor.Outputs[0].RelativeError);
    }

    // The other layers of the file stay as they are, and so do activations.
    [Theory]
    [InlineData(QuantizationMode.Static, true)]
    [InlineData(QuantizationMode.Dynamic, true)]
    [InlineData(QuantizationMode.Dynamic, false)]
    public void Quantize_StoredWeights_AreRoundedOnly(QuantizationMode mode, bool perChannel)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var table = nn.Embedding(400, 24);
        var transposed = nn.ConvTranspose2d(4, 6, 3, stride: 2, groups: 2);
        foreach (var (model, weight, x) in ((nn.Module<Tensor, Tensor>, Tensor, Tensor)[])
            [
                (table, table.weight!, randint(0, 400, [5, 7], int64)),
                (transposed, transposed.weight!.transpose(0, 1), randn(2, 4, 5, 5)),
            ])
        {
            var quantized = OnnxExporter.Export(model, x).Quantize(
                [[x]], Options(true, false) with { Mode = mode, PerChannel = perChannel });
            float[] result = Run(quantized, x, true);

            Assert.Empty(quantized.Report.Skipped);
            Assert.Single(quantized.Report.Layers);
            if (weight.numel() > 9000) Assert.InRange(quantized.ToBytes().Length, 1, 1.4 * weight.numel());
            using (no_grad())
            {
                var largest = perChannel
                    ? weight.flatten(1).abs().amax([1])
                    : weight.abs().max().expand(weight.shape[0]);
                var step = largest.view([-1, .. weight.shape[1..].Select(_ => 1L)]) / 127;
                weight.copy_((weight / step).round() * step);
            }
            Assert.All(model.call(x).data<float>().Zip(result), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    // Both directions of a layer share a scale for each channel.
    [Theory]
    [InlineData(QuantizationMode.Static, false, 40)]
    [InlineData(QuantizationMode.Dynamic, false, 40)]
    [InlineData(QuantizationMode.Static, true, 300)]
    public void Quantize_RecurrentLayers_RoundsBothWeightsOnly(QuantizationMode mode, bool bidirectional, int size)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var x = randn(4, 5, size);
        var lstm = nn.LSTM(size, size, 2, batchFirst: true, bidirectional: bidirectional);
        var last = nn.LSTM(size, size, 2, batchFirst: true, bidirectional: bidirectional);
        var gru = nn.GRU(size, size, 1, batchFirst: true, bidirectional: bidirectional);
        var rnn = nn.RNN(size, size, 1, batchFirst: true, bidirectional: bidirectional);
        foreach (var (model, layers) in ((Lambda, int)[])
            [
                (new(x => lstm.call(x).Item1, lstm), 2), (new(x => last.call(x).Item2, last), 2),
                (new(x => gru.call(x).Item1, gru), 1), (new(x => rnn.call(x).Item2, rnn), 1),
            ])
        {
            var quantized = OnnxExporter.Export(model, x).Quantize([x], Options(true, false) with { Mode = mode });
            float[] result = Run(quantized, x, true);

            Assert.Empty(quantized.Report.Skipped);
            Assert.Equal(layers, quantized.Report.Layers.Count);
            Assert.All(quantized.Report.Layers, layer => Assert.InRange(layer.SignalToNoise, 20, 80));
            Assert.InRange((double)quantized.Report.QuantizedBytes / quantized.Report.FloatBytes, 0.2, 0.36);
            RoundRows(model);
            Assert.All(model.call(x).data<float>().Zip(result), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    private static void RoundRows(nn.Module model)
    {
        using var gradients = no_grad();
        foreach (var pair in model.named_parameters().Where(weight => weight.parameter.dim() == 2)
            .GroupBy(weight => weight.name.Replace("_reverse", "", StringComparison.Ordinal)))
        {
            var largest = stack(pair.Select(weight => weight.parameter.abs().amax([1])).ToList()).amax([0]);
            var step = largest.unsqueeze(1) / 127;
            foreach (var (_, weight) in pair) weight.copy_((weight / step).round() * step);
        }
    }

    // The lookup and the product need different layouts of the same integers.
    [Theory]
    [InlineData(QuantizationMode.Static, false)]
    [InlineData(QuantizationMode.Dynamic, false)]
    [InlineData(QuantizationMode.Static, true)]
    [InlineData(QuantizationMode.Dynamic, true)]
    public void Quantize_TiedEmbedding_RoundsBothUses(QuantizationMode mode, bool mean)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var table = nn.Embedding(50, 16);
        var model = new Lambda(x => nn.functional.linear(
            mean ? table.call(x).mean([1]) : table.call(x), table.weight!));
        var x = randint(0, 50, [6, 7], int64);
        var report = OnnxExporter.Export(model, x).Quantize([[x]], Options(true, false) with { Mode = mode }).Report;
        Assert.Equal(["Gather", mean ? "Gemm" : "MatMul"], report.Layers.Select(layer => layer.OpType).Order());
        Assert.InRange(report.Outputs[0].RelativeError, 1e-6, 0.03);
    }

    // Weights of zeros, and biases that exceed the 32 bits of input scale · weight scale.
    [Fact]
    public void Quantize_TinyWeightsWithLargeBias_KeepsTheBias()
    {
        using var scope = NewDisposeScope();
        var model = nn.Linear(6, 3);
        using (no_grad())
        {
            model.weight.mul_(1e-9);
            model.weight[1].zero_();
            model.bias!.copy_(tensor(new[] { 1000f, -5f, 0f }));
        }
        var x = randn(20, 6);
        float[] result = Run(OnnxExporter.Export(model, x).Quantize([x], Options(false, false)), x, false);
        Assert.Equal(1000, result[0], 1e-2);
        Assert.Equal(-5, result[1], 1e-4);
    }

    private static QuantizationOptions Options(bool optimize, bool reduced) =>
        new() { Runner = new OnnxRuntimeRunner(optimize), ReducedRange = reduced };

    private static TorchSharp.Modules.Linear Linear()
    {
        var model = nn.Linear(6, 3);
        Spread(model.weight);
        return model;
    }

    private static float[] Run(QuantizedModel model, Tensor x, bool optimize)
    {
        using var session = new OnnxRuntimeRunner(optimize).Load(model.ToBytes());
        var outputs = session.Run(new Dictionary<string, GraphTensor> { ["input"] = TensorCopy.ToManaged(x) });
        return ((GraphTensor<float>)outputs["output"]).Data;
    }

    private static Tensor Input(long[] shape) => rand(shape) * 4 - 1;

    // Gives each output channel another range.
    private static void Spread(Tensor weight)
    {
        using var gradients = no_grad();
        for (int channel = 0; channel < 3; channel++)
        {
            weight[channel].mul_(Scales[channel] / weight[channel].abs().max());
        }
    }

    private static (double Quantum, int Zero) Activation(Tensor values)
    {
        double low = Math.Min(0, values.min().item<float>()), high = Math.Max(0, values.max().item<float>());
        return ((high - low) / 255, (int)Math.Round(-low / ((high - low) / 255)));
    }

    private static double Step(Tensor weights, bool reduced) =>
        weights.abs().max().item<float>() / (reduced ? 63.0 : 127.0);

    private static int Integer(Tensor value, double quantum, int zero) =>
        (int)Math.Clamp(Round(value.item<float>() / quantum) + zero, 0, 255);

    private static long Round(double value) => (long)Math.Round(value);
}
