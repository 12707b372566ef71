using OnnxDigits.Export.Internals.Format;
using TorchSharp;

namespace OnnxDigits.Export.Internals.Graph;

/// <summary>
/// Collects nodes and initializers in the order of the forward pass. Everything in the result depends on that
/// order alone, so the same model gives the same bytes.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<(GraphValue Value, TensorProto Tensor)> _initializers = [];
    private readonly Dictionary<TensorIdentity, string> _stateNames = [];
    private readonly Dictionary<string, GraphValue> _parameters = [];
    private readonly HashSet<string> _names;

    /// <param name="opset">The operator set to write.</param>
    /// <param name="state">All parameters and buffers; a tensor listed twice goes by its first name.</param>
    /// <param name="reservedNames">The names of the graph's inputs and outputs.</param>
    public GraphBuilder(int opset, IEnumerable<(string Name, torch.Tensor Tensor)> state, IEnumerable<string> reservedNames)
    {
        Opset = opset;
        _names = [.. reservedNames];
        foreach (var (name, tensor) in state) _stateNames.TryAdd(TensorIdentity.Of(tensor), name);
    }

    public int Opset { get; }

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<GraphValue> AddNode(
        string scope, string opType, GraphValue?[] inputs, OnnxAttribute[] attributes, int outputs)
    {
        string name = Unique($"{scope}/{opType}");
        GraphValue[] values = [.. Enumerable.Range(0, outputs).Select(index => new GraphValue(Unique($"{name}_output_{index}")))];
        _nodes.Add(new(name, opType, inputs, values, attributes));
        return values;
    }

    public GraphValue AddParameter(torch.Tensor tensor) => AddParameter(tensor, tensor);

    public GraphValue AddParameter(torch.Tensor tensor, torch.Tensor values)
    {
        if (!_stateNames.TryGetValue(TensorIdentity.Of(tensor), out string? stateName))
            throw new ArgumentException("The tensor is no parameter or buffer of the model; write it as a constant.", nameof(tensor));
        if (_parameters.TryGetValue(stateName, out var known)) return known;
        var value = new GraphValue(Unique(stateName));
        _initializers.Add((value, TensorFormat.Initializer(value.Name, values)));
        return _parameters[stateName] = value;
    }

    public GraphValue AddConstant<T>(string scope, T[] values, long[] shape) where T : unmanaged
    {
        var value = new GraphValue(Unique($"{scope}/Constant"));
        _initializers.Add((value, TensorFormat.Initializer(value.Name, values, shape)));
        return value;
    }

    /// <summary>Gives a value the name of a graph output; an input or initializer is passed on by an Identity node.</summary>
    public void NameOutput(GraphValue value, string name)
    {
        if (!_nodes.Any(node => node.Outputs.Contains(value)))
            value = AddNode("", "Identity", [value], [], outputs: 1)[0];
        value.Name = name;
    }

    public GraphProto ToProto(string name, string docString)
    {
        var graph = new GraphProto { Name = name, DocString = docString };
        graph.Node.AddRange(_nodes.Select(ToProto));
        graph.Initializer.AddRange(_initializers.Select(initializer => initializer.Tensor));
        return graph;
    }

    private static NodeProto ToProto(GraphNode node)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType };
        proto.Input.AddRange(node.Inputs.Select(input => input?.Name ?? ""));
        proto.Output.AddRange(node.Outputs.Select(output => output.Name));
        proto.Attribute.AddRange(node.Attributes.Select(attribute => attribute.ToProto()));
        return proto;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int suffix = 1; !_names.Add(unique); suffix++) unique = $"{name}_{suffix}";
        return unique;
    }
}
