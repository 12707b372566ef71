using OnnxDigits.Data;
using OnnxDigits.Tools.Explain.Layers;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using TorchOnnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Explain.Frameworks;

/// <summary>A shipped network run layer by layer in TorchSharp and on ONNX Runtime, each on its own values.</summary>
internal static class BothFrameworks
{
    private const int Batch = 100;

    /// <summary>The differences of each layer, in order, by its name; the last is of the probabilities.</summary>
    public static IReadOnlyList<(string Layer, Differences Differences)> Compare(string name, DigitImages images)
    {
        using LayerGraph graph = LayerGraph.Open(name);
        using DigitNetwork network = Restore(graph);
        // In the order in which they run.
        var ours = new OrderedDictionary<string, float[]>();
        (string Name, nn.Module<Tensor, Tensor> Module)[] layers =
        [
            .. network.Classifier.named_modules().Where(layer => layer.module is nn.Module<Tensor, Tensor> and not Sequential)
                .Select(layer => (layer.name, (nn.Module<Tensor, Tensor>)layer.module)),
        ];
        foreach ((string layer, nn.Module<Tensor, Tensor> module) in layers)
        {
            module.register_forward_hook((_, _, output) =>
            {
                // A stack frees what its next layer has seen.
                ours[layer] = output.contiguous().data<float>().ToArray();
                return output;
            });
        }

        Dictionary<string, Differences> found = layers.ToDictionary(layer => layer.Name, _ => new Differences());
        using var noGradients = no_grad();
        for (int start = 0; start < images.Count; start += Batch)
        {
            using var scope = NewDisposeScope();
            DigitImages batch = images.Slice(start, Math.Min(Batch, images.Count - start));
            IReadOnlyDictionary<string, GraphTensor<float>> theirs = graph.Run(batch.Pixels.Span);
            using var tensors = new DigitTensors(batch);
            network.Classifier.call(tensors.Images);
            // The exporter leaves a layer out that the next one makes needless.
            foreach (string layer in ours.Keys.Where(theirs.ContainsKey))
                found[layer].Add(ours[layer], theirs[layer].Data);
        }

        return [.. ours.Keys.Where(layer => found[layer].Count > 0).Select(layer => (layer, found[layer]))];
    }

    private static DigitNetwork Restore(LayerGraph graph)
    {
        DigitNetwork network = DigitNetworks.Create(graph.Network, seed: 1);
        network.Classifier.eval();
        using var noGradients = no_grad();
        foreach ((string name, Tensor parameter) in network.Classifier.state_dict())
        {
            // How many batches the statistics came from is for training only.
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) continue;
            GraphTensor<float> weight = graph.Weight(name);
            using Tensor copy = tensor(weight.Data, [.. weight.Shape]);
            parameter.copy_(copy);
        }

        return network;
    }
}
