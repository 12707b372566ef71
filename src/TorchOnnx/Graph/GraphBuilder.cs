using Onnx;
using TorchOnnx.Shapes;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// Collects nodes and initializers in the order of the forward pass. The same module always gives the same
/// bytes.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<(GraphValue Value, TensorProto Tensor)> _initializers = [];
    private readonly Dictionary<TensorIdentity, (string Name, torch.Tensor Tensor)> _state;
    private readonly Dictionary<string, GraphValue> _parameters = [];
    private readonly Dictionary<string, List<(GraphValue Value, Google.Protobuf.ByteString Bytes)>> _variants = [];
    private readonly HashSet<string> _names;
    private readonly HashSet<GraphValue> _outputs = [];
    private readonly SizeSources _sizes;

    private GraphBuilder(
        int opset, Dictionary<TensorIdentity, (string Name, torch.Tensor Tensor)> state, HashSet<string> names)
    {
        (Opset, _state, _names) = (opset, state, names);
        _sizes = new(this);
    }

    /// <summary>Creates an empty graph.</summary>
    /// <param name="opset">The opset.</param>
    /// <param name="state">The parameters and buffers. A tensor with several names gets the first one.</param>
    /// <param name="reservedNames">The names of the graph's inputs and outputs.</param>
    public static GraphBuilder Create(
        int opset, IEnumerable<(string Name, torch.Tensor Tensor)> state, IEnumerable<string> reservedNames)
    {
        var byIdentity = new Dictionary<TensorIdentity, (string, torch.Tensor)>();
        foreach (var (name, tensor) in state) byIdentity.TryAdd(TensorIdentity.Of(tensor), (name, tensor));
        return new(opset, byIdentity, [.. reservedNames]);
    }

    public int Opset { get; }

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public IReadOnlyList<GraphValue> AddNode(
        string scope, string opType, GraphValue?[] inputs, OnnxAttribute[] attributes, int outputs)
    {
        string name = Unique($"{scope}/{opType[(opType.LastIndexOf(':') + 1)..]}");
        GraphValue[] values =
            [.. Enumerable.Range(0, outputs).Select(index => new GraphValue(Unique($"{name}_output_{index}")))];
        _nodes.Add(new(name, opType, inputs, values, attributes));
        return values;
    }

    /// <summary>Sets the shape and dtype of a value that stands for a traced tensor.</summary>
    public void Describe(GraphValue value, IReadOnlyList<Dimension> shape, torch.ScalarType type)
    {
        (value.Shape, value.Type) = (shape, type);
        _sizes.Add(value);
    }

    /// <summary>
    /// Returns a dynamic size as an int64 value of shape [1], or <see langword="null"/> if no expression gives it.
    /// </summary>
    public GraphValue? AddSize(string scope, Dimension size) => _sizes.Write(scope, size);

    /// <summary>
    /// Returns a parameter or buffer as an initializer, or <see langword="null"/> if the module has none with that
    /// identity.
    /// </summary>
    public GraphValue? FindState(TensorIdentity identity) =>
        _state.TryGetValue(identity, out var state) ? AddParameter(state.Tensor) : null;

    public GraphValue AddParameter(torch.Tensor tensor)
    {
        string name = StateName(tensor);
        return _parameters.TryGetValue(name, out var known) ? known : _parameters[name] = AddInitializer(name, tensor);
    }

    /// <summary>
    /// Returns a parameter with other values, such as reordered gates, as an initializer. Equal values of a parameter
    /// share an initializer.
    /// </summary>
    public GraphValue AddParameter(torch.Tensor tensor, torch.Tensor values)
    {
        string name = StateName(tensor);
        var variants = _variants.TryGetValue(name, out var list) ? list : _variants[name] = [];
        var bytes = TensorFormat.Initializer(name, values).RawData;
        foreach (var (variant, known) in variants)
        {
            if (variant.Shape!.Select(size => size.Size).SequenceEqual(values.shape) && known.Equals(bytes))
            {
                return variant;
            }
        }
        var value = AddInitializer(name, values);
        variants.Add((value, bytes));
        return value;
    }

    private string StateName(torch.Tensor tensor) => _state.TryGetValue(TensorIdentity.Of(tensor), out var state)
        ? state.Name
        : throw new ArgumentException(
            "The tensor isn't a parameter or buffer of the module. Use Constant instead.", nameof(tensor));

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

    /// <summary>
    /// Makes a value an output of the graph. Adds an Identity node if the value is an input, an initializer or already
    /// an output.
    /// </summary>
    public void NameOutput(GraphValue value, string name)
    {
        if (!_nodes.Any(node => node.Outputs.Contains(value)) || !_outputs.Add(value))
        {
            _outputs.Add(value = AddNode("", "Identity", [value], [], outputs: 1)[0]);
        }
        value.Name = name;
    }

    /// <summary>Removes nodes and initializers that no output depends on.</summary>
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

/// <summary>Represents a node whose values may still be renamed.</summary>
internal sealed record GraphNode(
    string Name, string OpType, GraphValue?[] Inputs, GraphValue[] Outputs, OnnxAttribute[] Attributes);
