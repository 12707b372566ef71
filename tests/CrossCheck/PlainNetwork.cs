using System.Numerics.Tensors;
using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>
/// The networks written in plain C# from the definitions of their layers, in double precision. It shares no code with
/// any framework.
/// </summary>
internal sealed class PlainNetwork(ShippedModel model)
{
    private readonly Dictionary<string, double[]> _weights = model.Weights.ToDictionary(
        weight => weight.Key, weight => Array.ConvertAll(weight.Value.Values, value => (double)value));

    /// <summary>Returns the probabilities of the images, [N, 10].</summary>
    public float[] Run(DigitImages images)
    {
        float[] probabilities = new float[images.Count * 10];
        Parallel.For(0, images.Count, i =>
        {
            double[] pixels = [.. images.Image(i).ToArray().Select(pixel => pixel / 255.0)];
            double[] logits = model.Network switch
            {
                "dense" => Dense(pixels),
                "conv" => Conv(pixels),
                _ => Best(pixels),
            };
            double[] row = Softmax(logits);
            for (int digit = 0; digit < 10; digit++) probabilities[i * 10 + digit] = (float)row[digit];
        });
        return probabilities;
    }

    private double[] Dense(double[] pixels) => FullyConnected("dense_1", Relu(FullyConnected("dense", pixels)));

    private double[] Conv(double[] pixels)
    {
        var map = Relu(Convolve("conv2d", new Map(1, 28, pixels)));
        map = Relu(Convolve("conv2d_1", MaxPool(map)));
        map = Relu(Convolve("conv2d_2", MaxPool(map)));
        return FullyConnected("dense_1", Relu(FullyConnected("dense", map.Values)));
    }

    private double[] Best(double[] pixels)
    {
        int[] padded = [0, 3, 4], pooled = [0, 2];
        var map = new Map(1, 28, pixels);
        for (int i = 0; i < 6; i++)
        {
            string suffix = i == 0 ? "" : $"_{i}";
            map = Convolve($"conv2d{suffix}", padded.Contains(i) ? Pad(map) : map);
            map = Normalize($"batch_normalization{suffix}", map);
            map = Relu(pooled.Contains(i) ? MaxPool(map) : map);
        }
        return FullyConnected("dense", map.Values);
    }

    private static Map Pad(Map x)
    {
        int size = x.Size + 2;
        double[] y = new double[x.Channels * size * size];
        for (int row = 0; row < x.Channels * x.Size; row++)
        {
            int start = (row / x.Size * size + row % x.Size + 1) * size + 1;
            x.Values.AsSpan(row * x.Size, x.Size).CopyTo(y.AsSpan(start));
        }
        return new Map(x.Channels, size, y);
    }

    // y = γ (x − μ) / √(σ² + ε) + β for each channel, with the running μ and σ² and PyTorch's ε.
    private Map Normalize(string layer, Map x)
    {
        double[] gamma = _weights[$"{layer}.weight"], beta = _weights[$"{layer}.bias"];
        double[] mean = _weights[$"{layer}.running_mean"], variance = _weights[$"{layer}.running_var"];
        return x with
        {
            Values = [.. x.Values.Select((value, i) =>
            {
                int k = i / (x.Size * x.Size);
                return gamma[k] * (value - mean[k]) / Math.Sqrt(variance[k] + 1e-5) + beta[k];
            })],
        };
    }

    // y[o, r, c] = b[o] + Σ w[o, i, u, v] · x[i, r + u, c + v] with a 3×3 kernel and no padding.
    private Map Convolve(string layer, Map x)
    {
        int size = x.Size - 2, length = x.Channels * 9, filters = Bias(layer).Length;
        double[] y = new double[filters * size * size], patch = new double[length];
        for (int place = 0; place < size * size; place++)
        {
            for (int i = 0; i < length; i++)
            {
                var (channel, u, v) = (i / 9, i % 9 / 3, i % 3);
                patch[i] = x.Values[(channel * x.Size + place / size + u) * x.Size + place % size + v];
            }
            double[] sums = FullyConnected(layer, patch);
            for (int o = 0; o < filters; o++) y[o * size * size + place] = sums[o];
        }
        return new Map(filters, size, y);
    }

    private static Map MaxPool(Map x)
    {
        int size = x.Size / 2;
        double[] y = new double[x.Channels * size * size];
        for (int i = 0; i < y.Length; i++)
        {
            var (channel, r, c) = (i / (size * size), i / size % size, i % size);
            int corner = (channel * x.Size + 2 * r) * x.Size + 2 * c;
            double top = Math.Max(x.Values[corner], x.Values[corner + 1]);
            double bottom = Math.Max(x.Values[corner + x.Size], x.Values[corner + x.Size + 1]);
            y[i] = Math.Max(top, bottom);
        }
        return new Map(x.Channels, size, y);
    }

    // y = W x + b, where W has one row per output.
    private double[] FullyConnected(string layer, double[] x)
    {
        double[] weight = _weights[$"{layer}.weight"], bias = Bias(layer), y = new double[bias.Length];
        for (int o = 0; o < y.Length; o++)
        {
            y[o] = bias[o] + TensorPrimitives.Dot(weight.AsSpan(o * x.Length, x.Length), x);
        }
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
