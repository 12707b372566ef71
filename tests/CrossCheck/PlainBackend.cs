using System.Numerics.Tensors;
using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>
/// The networks written from the definitions of their layers, in double precision: the reference that shares no
/// code with any framework.
/// </summary>
internal sealed class PlainBackend(ShippedModel model) : IDigitBackend
{
    private readonly Dictionary<string, double[]> _weights = model.Weights.ToDictionary(
        weight => weight.Name, weight => Array.ConvertAll(model.Weight(weight.Name), value => (double)value));

    public float[] Run(DigitImages images)
    {
        var probabilities = new float[images.Count * 10];
        Parallel.For(0, images.Count, i =>
        {
            double[] pixels = [.. images.Image(i).ToArray().Select(pixel => pixel / 255.0)];
            double[] logits = model.Network switch
            {
                "dense" => Dense(pixels),
                "conv" => Conv(pixels),
                _ => Mean(
                    Convolutions(pixels, "ensemble.0.", count: 7, padded: [0, 2, 4, 5], pooled: [1, 3]),
                    Convolutions(pixels, "ensemble.1.", count: 6, padded: [0, 3, 4], pooled: [0, 2])),
            };
            double[] row = Softmax(logits);
            for (int digit = 0; digit < 10; digit++) probabilities[i * 10 + digit] = (float)row[digit];
        });
        return probabilities;
    }

    public void Dispose()
    {
    }

    private double[] Dense(double[] pixels) => FullyConnected("dense_1", Relu(FullyConnected("dense", pixels)));

    private double[] Conv(double[] pixels)
    {
        var map = Relu(Convolve("conv2d", new Map(1, 28, pixels)));
        map = Relu(Convolve("conv2d_1", MaxPool(map)));
        map = Relu(Convolve("conv2d_2", MaxPool(map)));
        return FullyConnected("dense_1", Relu(FullyConnected("dense", map.Values)));
    }

    private double[] Convolutions(double[] pixels, string path, int count, int[] padded, int[] pooled)
    {
        var map = new Map(1, 28, pixels);
        for (int i = 0; i < count; i++)
        {
            string place = i == 0 ? "" : $"_{i}";
            map = Normalize($"{path}batch_normalization{place}", Convolve($"{path}conv2d{place}", padded.Contains(i) ? Pad(map) : map));
            map = Relu(pooled.Contains(i) ? MaxPool(map) : map);
        }

        return FullyConnected($"{path}dense", map.Values);
    }

    private static double[] Mean(double[] first, double[] second) => [.. first.Zip(second, (a, b) => (a + b) / 2)];

    private static Map Pad(Map x)
    {
        int size = x.Size + 2;
        var y = new double[x.Channels * size * size];
        for (int row = 0; row < x.Channels * x.Size; row++)
        {
            int place = (row / x.Size * size + row % x.Size + 1) * size + 1;
            x.Values.AsSpan(row * x.Size, x.Size).CopyTo(y.AsSpan(place));
        }

        return new Map(x.Channels, size, y);
    }

    // y = γ (x − μ) / √(σ² + ε) + β for each channel, μ and σ² as training left them, ε as PyTorch has it.
    private Map Normalize(string layer, Map x)
    {
        double[] gamma = _weights[$"{layer}.weight"], beta = _weights[$"{layer}.bias"];
        double[] mean = _weights[$"{layer}.running_mean"], variance = _weights[$"{layer}.running_var"];
        double[] y = [.. x.Values.Select((value, place) =>
        {
            int k = place / (x.Size * x.Size);
            return gamma[k] * (value - mean[k]) / Math.Sqrt(variance[k] + 1e-5) + beta[k];
        })];
        return x with { Values = y };
    }

    // y[o, r, c] = b[o] + Σ w[o, i, u, v] · x[i, r + u, c + v], 3×3, valid: a cross-correlation, as deep learning has it.
    private Map Convolve(string layer, Map x)
    {
        int size = x.Size - 2, length = x.Channels * 9;
        var y = new double[Bias(layer).Length * size * size];
        var patch = new double[length];
        for (int place = 0; place < size * size; place++)
        {
            for (int i = 0; i < length; i++)
            {
                (int channel, int u, int v) = (i / 9, i % 9 / 3, i % 3);
                patch[i] = x.Values[(channel * x.Size + place / size + u) * x.Size + place % size + v];
            }

            double[] sums = FullyConnected(layer, patch);
            for (int o = 0; o < sums.Length; o++) y[o * size * size + place] = sums[o];
        }

        return new Map(Bias(layer).Length, size, y);
    }

    private static Map MaxPool(Map x)
    {
        int size = x.Size / 2;
        var y = new double[x.Channels * size * size];
        for (int k = 0; k < x.Channels; k++)
        {
            for (int r = 0; r < size; r++)
            {
                for (int c = 0; c < size; c++)
                {
                    int corner = (k * x.Size + 2 * r) * x.Size + 2 * c;
                    double top = Math.Max(x.Values[corner], x.Values[corner + 1]);
                    double bottom = Math.Max(x.Values[corner + x.Size], x.Values[corner + x.Size + 1]);
                    y[(k * size + r) * size + c] = Math.Max(top, bottom);
                }
            }
        }

        return new Map(x.Channels, size, y);
    }

    // y = W x + b, a row of W for each output.
    private double[] FullyConnected(string layer, double[] x)
    {
        double[] weight = _weights[$"{layer}.weight"], bias = Bias(layer);
        var y = new double[bias.Length];
        for (int o = 0; o < y.Length; o++)
            y[o] = bias[o] + TensorPrimitives.Dot(weight.AsSpan(o * x.Length, x.Length), x);
        return y;
    }

    private double[] Bias(string layer) => _weights[$"{layer}.bias"];

    private static double[] Relu(double[] x) => Array.ConvertAll(x, value => Math.Max(value, 0));

    private static Map Relu(Map x) => x with { Values = Relu(x.Values) };

    private static double[] Softmax(double[] logits)
    {
        double largest = logits.Max();
        double[] exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        double sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, exponential => exponential / sum);
    }

    private sealed record Map(int Channels, int Size, double[] Values);
}
