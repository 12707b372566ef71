using Onnx;
using TorchOnnx.Graph;
using TorchSharp;

namespace TorchOnnx.Quantization;

/// <summary>
/// Represents a float32 graph with a quantized copy of each layer. The copy reads the layer's float32 input, so that
/// one run gives the error of each layer alone.
/// </summary>
/// <param name="Model">The graph.</param>
/// <param name="Layers">The layers, with the name of the copy's result.</param>
internal sealed record LayerProbe(ModelProto Model, IReadOnlyList<(Layer Layer, string Copy)> Layers)
{
    public static LayerProbe Create(
        FloatGraph graph, IReadOnlyList<Layer> layers, QuantizationOptions options,
        Func<Layer, ActivationScale?> inputScale)
    {
        var model = graph.Model.Clone();
        var writer = new Int8Writer(model.Graph, options);
        var rounded = new HashSet<string>();
        var outputs = model.Graph.Output.Select(output => output.Name).ToHashSet();
        List<(Layer, string)> copies = [];
        foreach (var layer in layers)
        {
            string copy = $"{layer.Output}/copy", input = $"{layer.Input}/rounded";
            if (inputScale(layer) is { } scale)
            {
                if (rounded.Add(input)) writer.AddPair(layer.Input, input, layer.Input, scale);
                writer.AddStatic(layer, input, copy, scale);
            }
            else
            {
                writer.AddDynamic(layer, copy);
            }
            writer.Nodes.Last(node => node.Output.Contains(copy)).Name = copy;
            copies.Add((layer, copy));
            model.Graph.Output.AddRange(new[] { layer.Output, copy }.Where(outputs.Add)
                .Select(name => ModelFormat.ValueInfo(name, torch.ScalarType.Float32)));
        }
        model.Graph.Node.AddRange(writer.Nodes);
        return new(model, copies);
    }
}
