using Onnx;
using TorchOnnx.Graph;
using TorchOnnx.Verification;

namespace TorchOnnx.Quantization;

/// <summary>Compares quantized models with a float32 model.</summary>
internal sealed class QuantizationCheck(
    ModelProto source, LayerProbe probe, IReadOnlyList<string> skipped, QuantizationOptions options)
{
    /// <summary>Gets the options that determine when weights go to external data.</summary>
    public static OnnxExportOptions Storage { get; } = new();

    /// <exception cref="QuantizationException">A graph doesn't load or run.</exception>
    public QuantizationReport Run(ModelProto model, IEnumerable<IReadOnlyList<GraphTensor>> batches)
    {
        string[] outputs = [.. source.Graph.Output.Select(output => output.Name)];
        var ofOutputs = outputs.Select(_ => new ErrorSum()).ToArray();
        using (var expected = Load(options.Runner, source))
        using (var actual = Load(options.Runner, model))
        {
            foreach (var batch in batches)
            {
                var (want, got) = (Run(expected, source, batch), Run(actual, model, batch));
                foreach (var (sum, name) in ofOutputs.Zip(outputs)) sum.Add(got[name], want[name]);
            }
        }
        if (ofOutputs.All(sum => sum.Count == 0))
        {
            throw new ArgumentException("There are no inputs to compare the models on. Pass at least one batch that "
                + "isn't empty, in a sequence that can be read several times.");
        }
        var ofLayers = probe.Layers.Select(_ => new ErrorSum()).ToArray();
        using (var layers = Load(options.Runner, probe.Model))
        {
            foreach (var batch in batches)
            {
                var values = Run(layers, probe.Model, batch);
                foreach (var (sum, (layer, copy)) in ofLayers.Zip(probe.Layers))
                {
                    sum.Add(values[copy], values[layer.Output]);
                }
            }
        }
        return new()
        {
            Runtime = options.Runner.Name,
            Mode = options.Mode,
            FloatBytes = Bytes(source),
            QuantizedBytes = Bytes(model),
            MaxRelativeError = options.MaxRelativeError,
            Outputs = [.. outputs.Zip(ofOutputs, (name, sum) => new OutputError
            {
                Name = name,
                MaxAbsoluteError = sum.Largest,
                RelativeError = sum.Relative,
            })],
            Layers = [.. probe.Layers.Zip(ofLayers, (layer, sum) => new LayerError
            {
                Node = layer.Layer.Node.Name,
                OpType = layer.Layer.Node.OpType,
                SignalToNoise = -20 * Math.Log10(sum.Relative),
            }).OrderBy(layer => layer.SignalToNoise)],
            Skipped = skipped,
        };
    }

    // A protocol buffer is limited to 2 GiB.
    private static long Bytes(ModelProto model) => ExternalData.IsNeeded(model, Storage)
        ? ExternalData.SizeOf(model)
        : model.CalculateSize();

    /// <exception cref="QuantizationException">The runtime doesn't load the graph.</exception>
    public static LoadedGraph Load(IGraphRunner runner, ModelProto model) =>
        LoadedGraph.TryLoad(runner, model, Storage, out var graph, out string? failure)
            ? graph
            : throw new QuantizationException($"{failure}.");

    /// <exception cref="QuantizationException">The graph doesn't run.</exception>
    /// <exception cref="ArgumentException">The batch doesn't have a tensor for each input.</exception>
    public static IReadOnlyDictionary<string, GraphTensor> Run(
        LoadedGraph graph, ModelProto model, IReadOnlyList<GraphTensor> batch)
    {
        if (batch.Count != model.Graph.Input.Count)
        {
            throw new ArgumentException($"A batch has {batch.Count} tensors, and the model has these inputs: "
                + $"{string.Join(", ", model.Graph.Input.Select(input => input.Name))}.");
        }
        return graph.TryRun(batch, out var outputs, out string? failure)
            ? outputs
            : throw new QuantizationException($"With the calibration inputs, {failure}.");
    }
}
