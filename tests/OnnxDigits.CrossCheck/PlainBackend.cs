using OnnxDigits.Data;

namespace OnnxDigits.CrossCheck;

/// <summary>
/// Both networks written from the definitions of their layers, in double precision: the reference that shares no
/// code with any framework.
/// </summary>
internal sealed class PlainBackend(ShippedModel model) : IDigitBackend
{
    private readonly Dictionary<string, float[]> _weights = model.Weights.ToDictionary(weight => weight.Name, weight => model.Weight(weight.Name));

    public float[] Run(DigitImages images)
    {
        var probabilities = new float[images.Count * 10];
        Parallel.For(0, images.Count, i =>
        {
            double[] pixels = [.. images.Image(i).ToArray().Select(pixel => pixel / 255.0)];
            double[] logits = model.Network == "dense" ? Dense(pixels) : Conv(pixels);
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

    // y[o, r, c] = b[o] + Σ w[o, i, u, v] · x[i, r + u, c + v], 3×3, valid: a cross-correlation, as deep learning has it.
    private Map Convolve(string layer, Map x)
    {
        float[] weight = _weights[$"{layer}.weight"], bias = _weights[$"{layer}.bias"];
        int size = x.Size - 2;
        var y = new double[bias.Length * size * size];
        for (int o = 0; o < bias.Length; o++)
        {
            Span<double> plane = y.AsSpan(o * size * size, size * size);
            plane.Fill(bias[o]);
            for (int i = 0; i < x.Channels; i++)
            {
                for (int u = 0; u < 3; u++)
                {
                    for (int v = 0; v < 3; v++)
                    {
                        double w = weight[((o * x.Channels + i) * 3 + u) * 3 + v];
                        for (int r = 0; r < size; r++)
                        {
                            ReadOnlySpan<double> row = x.Values.AsSpan((i * x.Size + r + u) * x.Size + v, size);
                            for (int c = 0; c < size; c++) plane[r * size + c] += w * row[c];
                        }
                    }
                }
            }
        }

        return new Map(bias.Length, size, y);
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

    private double[] FullyConnected(string layer, double[] x)
    {
        float[] weight = _weights[$"{layer}.weight"], bias = _weights[$"{layer}.bias"];
        var y = new double[bias.Length];
        for (int o = 0; o < y.Length; o++)
        {
            double sum = bias[o];
            for (int i = 0; i < x.Length; i++) sum += weight[o * x.Length + i] * x[i];
            y[o] = sum;
        }

        return y;
    }

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
