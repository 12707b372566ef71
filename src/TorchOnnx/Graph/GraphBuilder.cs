using Onnx;
using TorchOnnx.Shapes;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// Collects nodes and initializers in the order of the forward pass. Everything in the result depends on that
/// order alone, so the same model gives the same bytes.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<(GraphValue Value, TensorProto Tensor)> _initializers = [];
    private readonly Dictionary<TensorIdentity, (string Name, torch.Tensor Tensor)> _state = [];
    private readonly Dictionary<string, GraphValue> _parameters = [];
    private readonly Dictionary<string, List<(GraphValue Value, Google.Protobuf.ByteString Bytes)>> _variants = [];
    private readonly HashSet<string> _names;
    private readonly HashSet<GraphValue> _outputs = [];
    private readonly SizeSources _sizes;

    /// <param name="opset">The operator set to write.</param>
    /// <param name="state">All parameters and buffers; a tensor listed twice goes by its first name.</param>
    /// <param name="reservedNames">The names of the graph's inputs and outputs.</param>
    public GraphBuilder(int opset, IEnumerable<(string Name, torch.Tensor Tensor)> state, IEnumerable<string> reservedNames)
    {
        Opset = opset;
        _names = [.. reservedNames];
        _sizes = new(this);
        foreach (var (name, tensor) in state) _state.TryAdd(TensorIdentity.Of(tensor), (name, tensor));
    }

    public int Opset { get; }

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<GraphValue> AddNode(
        string scope, string opType, GraphValue?[] inputs, OnnxAttribute[] attributes, int outputs)
    {
        string name = Unique($"{scope}/{opType[(opType.LastIndexOf(':') + 1)..]}");
        GraphValue[] values = [.. Enumerable.Range(0, outputs).Select(index => new GraphValue(Unique($"{name}_output_{index}")))];
        _nodes.Add(new(name, opType, inputs, values, attributes));
        return values;
    }

    /// <summary>Takes note of the shape and type of a value that the forward pass saw too.</summary>
    public void Describe(GraphValue value, IReadOnlyList<Dimension> shape, torch.ScalarType type)
    {
        (value.Shape, value.Type) = (shape, type);
        _sizes.Add(value);
    }

    /// <summary>An int64 value of shape [1] for a dynamic size; null where it does not follow from those at hand.</summary>
    public GraphValue? AddSize(string scope, Dimension size) => _sizes.Write(scope, size);

    /// <summary>A parameter or buffer as an initializer; null where the identity is of none.</summary>
    public GraphValue? FindState(TensorIdentity identity) =>
        _state.TryGetValue(identity, out var state) ? AddParameter(state.Tensor) : null;

    public GraphValue AddParameter(torch.Tensor tensor)
    {
        string name = StateName(tensor);
        return _parameters.TryGetValue(name, out var known) ? known : _parameters[name] = AddInitializer(name, tensor);
    }

    /// <summary>
    /// A parameter with other values, as a layer may want them reordered. The same values of the same parameter are
    /// written once, and beside the parameter itself where both are read.
    /// </summary>
    public GraphValue AddParameter(torch.Tensor tensor, torch.Tensor values)
    {
        string name = StateName(tensor);
        var variants = _variants.TryGetValue(name, out var list) ? list : _variants[name] = [];
        var bytes = TensorFormat.Initializer(name, values).RawData;
        foreach (var (variant, known) in variants)
            if (variant.Shape!.Select(size => size.Size).SequenceEqual(values.shape) && known.Equals(bytes)) return variant;
        var value = AddInitializer(name, values);
        variants.Add((value, bytes));
        return value;
    }

    private string StateName(torch.Tensor tensor) => _state.TryGetValue(TensorIdentity.Of(tensor), out var state)
        ? state.Name
        : throw new ArgumentException(
            "The tensor is no parameter or buffer of the model; write it as a constant.", nameof(tensor));

    private GraphValue AddInitializer(string name, torch.Tensor values)
    {
        var value = Known(Unique(name), values);
        _initializers.Add((value, TensorFormat.Initializer(value.Name, values)));
        return value;
    }

    public GraphValue AddConstant<T>(string scope, T[] values, long[] shape) where T : unmanaged
    {
        var value = new GraphValue(Unique($"{scope}/Constant"))
        {
            Shape = [.. shape.Select(size => (Dimension)size)],
            Type = typeof(T) == typeof(float) ? torch.ScalarType.Float32 : torch.ScalarType.Int64,
        };
        _initializers.Add((value, TensorFormat.Initializer(value.Name, values, shape)));
        return value;
    }

    public GraphValue AddConstant(string scope, torch.Tensor values) => AddInitializer($"{scope}/Constant", values);

    /// <summary>Gives a value the name of a graph output; an input, an initializer and what is
    /// an output already are passed on by an Identity node.</summary>
    public void NameOutput(GraphValue value, string name)
    {
        if (!_nodes.Any(node => node.Outputs.Contains(value)) || !_outputs.Add(value))
            _outputs.Add(value = AddNode("", "Identity", [value], [], outputs: 1)[0]);
        value.Name = name;
    }

    /// <summary>
    /// Leaves out what no output depends on: a forward pass may ask for more than it returns, as for the maximum and its
    /// place.
    /// </summary>
    public void DropUnread()
    {
        HashSet<GraphValue> read = [.. _outputs];
        for (int index = _nodes.Count - 1; index >= 0; index--)
        {
            if (_nodes[index].Outputs.Any(read.Contains)) read.UnionWith(_nodes[index].Inputs.OfType<GraphValue>());
            else _nodes.RemoveAt(index);
        }
        _initializers.RemoveAll(initializer => !read.Contains(initializer.Value));
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
        string[] parts = node.OpType.Split("::");
        var proto = new NodeProto { Name = node.Name, OpType = parts[^1], Domain = parts.Length > 1 ? parts[0] : "" };
        proto.Input.AddRange(node.Inputs.Select(input => input?.Name ?? ""));
        proto.Output.AddRange(node.Outputs.Select(output => output.Name));
        proto.Attribute.AddRange(node.Attributes.Select(attribute => attribute.ToProto()));
        return proto;
    }

    private static GraphValue Known(string name, torch.Tensor values) => new(name)
    {
        Shape = [.. values.shape.Select(size => (Dimension)size)],
        Type = values.dtype,
    };

    private string Unique(string name)
    {
        string unique = name;
        for (int suffix = 1; !_names.Add(unique); suffix++) unique = $"{name}_{suffix}";
        return unique;
    }
}
