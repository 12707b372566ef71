namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>The nodes of a graph in their order, its weights, inputs and outputs (GraphProto).</summary>
internal sealed class OnnxGraph
{
    private OnnxGraph()
    {
    }

    public static OnnxGraph Empty { get; } = new();

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>What a caller must give: the inputs that have no initializer of their name.</summary>
    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>All tensors that the graph carries, those in nodes' attributes included.</summary>
    public IEnumerable<OnnxTensor> Tensors => Initializers.Concat(Nodes.SelectMany(node => node.Tensors));

    /// <param name="graph">The message.</param>
    /// <param name="extras">Receives what no digit network has.</param>
    public static OnnxGraph Read(ReadOnlySpan<byte> graph, List<string> extras)
    {
        var result = new OnnxGraph();
        var reader = new ProtobufReader(graph, OnnxSchema.Graph);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: result.Nodes.Add(OnnxNode.Read(reader.Bytes, extras)); break;
                case 5: result.Initializers.Add(OnnxTensor.Read(reader.Bytes)); break;
                case 11: result.Inputs.Add(OnnxValue.Read(reader.Bytes)); break;
                case 12: result.Outputs.Add(OnnxValue.Read(reader.Bytes)); break;
                case 15: extras.Add("sparse weights"); break;
            }
        }
        var initialized = result.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        result.Inputs.RemoveAll(input => initialized.Contains(input.Name));
        return result;
    }
}
