using Onnx;

namespace TorchOnnx.Quantization;

/// <summary>Writes a graph with a pair of QuantizeLinear and DequantizeLinear at each tensor of a plan.</summary>
internal sealed class StaticRewriter(
    FloatGraph graph, IEnumerable<Layer> layers, StaticPlan plan, IReadOnlyDictionary<string, ActivationScale> scales,
    Int8Writer writer)
{
    private readonly Dictionary<NodeProto, Layer> _layers = layers.ToDictionary(layer => layer.Node);

    public void Write()
    {
        foreach (var input in graph.Model.Graph.Input) AddOuterPair(input.Name);
        foreach (var node in graph.Model.Graph.Node.Where(node => !plan.IsAbsorbed(node)))
        {
            if (!plan.IsChosen(node))
            {
                if (_layers.TryGetValue(node, out var stored)) writer.AddDynamic(stored, stored.Output);
                else writer.Nodes.Add(node.Clone());
                foreach (string output in node.Output) AddOuterPair(output);
                continue;
            }
            string[] outputs = [.. node.Output.Select(Behind)];
            if (_layers.TryGetValue(node, out var layer))
            {
                writer.AddStatic(layer, Rounded(layer.Input), Unrounded(outputs[0]), ScaleOf(layer.Input));
            }
            else
            {
                writer.Nodes.Add(Rename(node, outputs));
            }
            foreach (string output in outputs.Where(plan.Tensors.Contains))
            {
                writer.AddPair(Unrounded(output), output, plan.ScaleOf(output), ScaleOf(output));
            }
        }
    }

    private NodeProto Rename(NodeProto node, string[] outputs)
    {
        var copy = node.Clone();
        for (int index = 0; index < copy.Input.Count; index++) copy.Input[index] = Rounded(copy.Input[index]);
        for (int index = 0; index < copy.Output.Count; index++) copy.Output[index] = Unrounded(outputs[index]);
        return copy;
    }

    // Nodes in float32 read the tensor itself.
    private void AddOuterPair(string tensor)
    {
        if (!plan.Tensors.Contains(tensor)) return;
        writer.AddPair(tensor, Rounded(tensor), plan.ScaleOf(tensor), ScaleOf(tensor));
    }

    private string Behind(string tensor) =>
        graph.OnlyConsumer(tensor) is { } clamp && plan.IsAbsorbed(clamp) ? clamp.Output[0] : tensor;

    private string Unrounded(string tensor) => plan.Tensors.Contains(tensor) ? $"{tensor}/float" : tensor;

    private string Rounded(string tensor) =>
        plan.Tensors.Contains(tensor) && (graph.Producer(tensor) is not { } node
            || !(plan.IsChosen(node) || plan.IsAbsorbed(node)))
            ? $"{tensor}/rounded"
            : tensor;

    private ActivationScale ScaleOf(string tensor) => scales[plan.ScaleOf(tensor)];
}
