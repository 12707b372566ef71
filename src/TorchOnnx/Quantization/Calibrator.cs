using Onnx;
using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Quantization;

/// <summary>Measures the ranges of activations.</summary>
internal static class Calibrator
{
    /// <summary>
    /// Runs the graph on each batch and returns the scale of each tensor. Only one batch is in memory at a time.
    /// </summary>
    /// <exception cref="QuantizationException">The graph doesn't run.</exception>
    public static IReadOnlyDictionary<string, ActivationScale> Measure(
        ModelProto model, IReadOnlyCollection<string> tensors, IEnumerable<IReadOnlyList<GraphTensor>> batches,
        QuantizationOptions options)
    {
        var exposed = model.Clone();
        var known = exposed.Graph.Output.Concat(exposed.Graph.Input).Select(value => value.Name).ToHashSet();
        exposed.Graph.Output.AddRange(tensors.Where(known.Add)
            .Select(name => ModelFormat.ValueInfo(name, torch.ScalarType.Float32)));
        using var graph = QuantizationCheck.Load(options.Runner, exposed);
        var ranges = tensors.ToDictionary(name => name, _ => new ValueRange());
        Each((range, values) => range.Widen(values));
        if (options.Calibration != CalibrationMethod.MinMax) Each((range, values) => range.Count(values));
        return ranges.ToDictionary(range => range.Key, range => options.Calibration switch
        {
            CalibrationMethod.Percentile => ActivationScale.Of(range.Value.Percentile(options.Percentile)),
            CalibrationMethod.Entropy => ActivationScale.Of(range.Value.Entropy()),
            _ => ActivationScale.Of((range.Value.Min, range.Value.Max)),
        });

        void Each(Action<ValueRange, float[]> action)
        {
            foreach (var batch in batches)
            {
                var values = QuantizationCheck.Run(graph, exposed, batch);
                foreach (var (name, range) in ranges)
                {
                    var tensor = values.GetValueOrDefault(name)
                        ?? batch[exposed.Graph.Input.Index().First(input => input.Item.Name == name).Index];
                    action(range, ((GraphTensor<float>)tensor).Data);
                }
            }
        }
    }
}

/// <summary>Represents the mapping of float32 activations to uint8: value = Scale · (integer − ZeroPoint).</summary>
internal sealed record ActivationScale(float Scale, byte ZeroPoint)
{
    /// <summary>
    /// Returns the mapping of a range. Widens the range to contain zero, because padding must be exactly zero.
    /// </summary>
    public static ActivationScale Of((float Low, float High) range)
    {
        double low = Math.Min(0, range.Low), high = Math.Max(0, range.High);
        float scale = (float)((high - low) / byte.MaxValue);
        return !float.IsNormal(scale)
            ? new(1, 0)
            : new(scale, (byte)Math.Clamp(Math.Round(-low / scale), byte.MinValue, byte.MaxValue));
    }
}
