using Onnx;
using TorchOnnx.Shapes;
using TorchOnnx.Tracing;
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
    private readonly Dictionary<string, List<(TensorProto Tensor, GraphValue Value)>> _parameters = [];
    private readonly HashSet<string> _names;
    private readonly HashSet<GraphValue> _outputs = [];
    private readonly SizeSources _sizes;

    private GraphBuilder(
        int opset, Dictionary<TensorIdentity, (string Name, torch.Tensor Tensor)> state, HashSet<string> names,
        NumberFormulas? formulas)
    {
        (Opset, _state, _names) = (opset, state, names);
        _sizes = new(this, formulas);
    }

    /// <summary>Creates an empty graph.</summary>
    /// <param name="options">The options, with the opset.</param>
    /// <param name="state">The parameters and buffers. A tensor with several names gets the first one.</param>
    /// <param name="reservedNames">The names of the graph's inputs and outputs.</param>
    /// <param name="formulas">The numbers that forward computes from sizes.</param>
    public static GraphBuilder Create(
        OnnxExportOptions options, IEnumerable<(string Name, torch.Tensor Tensor)> state,
        IEnumerable<string> reservedNames, NumberFormulas? formulas = null)
    {
        var byIdentity = new Dictionary<TensorIdentity, (string, torch.Tensor)>();
        foreach (var (name, tensor) in state) byIdentity.TryAdd(TensorIdentity.Of(tensor), (name, tensor));
        return new(options.Opset, byIdentity, [.. reservedNames], formulas)
        {
            HasDataDependentShapes = options.DataDependentShapes,
        };
    }

    public int Opset { get; }

    /// <summary>Gets a value that indicates whether sizes may depend on elements.</summary>
    public bool HasDataDependentShapes { get; init; }

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Gets or sets the call that new nodes are written for, or <see langword="null"/>.</summary>
    public RecordedCall? Call { get; set; }

    /// <summary>Gets the call that each node was written for, by the name of the node.</summary>
    public IReadOnlyDictionary<string, RecordedCall> Sources =>
        _nodes.Where(node => node.Call is not null).ToDictionary(node => node.Name, node => node.Call!);

    public IReadOnlyList<GraphValue> AddNode(
        string scope, string opType, GraphValue?[] inputs, OnnxAttribute[] attributes, int outputs)
    {
        string name = Unique($"{scope}/{opType[(opType.LastIndexOf(':') + 1)..]}");
        GraphValue[] values =
            [.. Enumerable.Range(0, outputs).Select(index => new GraphValue(Unique($"{name}_output_{index}")))];
        _nodes.Add(new(name, opType, inputs, values, attributes, Call));
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

    /// <summary>Returns a value that indicates whether a size follows from the sizes of the inputs.</summary>
    public bool IsSizeOfInputs(Dimension size) =>
        _sizes.Knows(size, value => !_nodes.Any(node => node.Outputs.Contains(value)));

    /// <summary>
    /// Returns a floating-point number as a float64 value of shape [1], or <see langword="null"/> if no expression
    /// gives it.
    /// </summary>
    public GraphValue? AddNumber(string scope, PassValues number) => _sizes.WriteNumber(scope, number);

    /// <summary>Adds a parameter or buffer of a module that isn't registered, unless it already has a name.</summary>
    public void AddState(string name, torch.Tensor tensor) =>
        _state.TryAdd(TensorIdentity.Of(tensor), (name, tensor));

    /// <summary>
    /// Returns a parameter or buffer as an initializer, or <see langword="null"/> if the module has none with that
    /// identity.
    /// </summary>
    /// <param name="identity">The identity.</param>
    /// <param name="part">Returns the values, such as the real part of a complex parameter.</param>
    public GraphValue? FindState(TensorIdentity identity, Func<torch.Tensor, torch.Tensor> part) =>
        _state.TryGetValue(identity, out var state) ? AddParameter(state.Tensor, part(state.Tensor)) : null;

    /// <summary>
    /// Returns a parameter with its own or other values, such as reordered gates, as an initializer. Equal values of a
    /// parameter share an initializer.
    /// </summary>
    public GraphValue AddParameter(torch.Tensor tensor, torch.Tensor values)
    {
        if (!_state.TryGetValue(TensorIdentity.Of(tensor), out var state))
        {
            throw new ArgumentException(
                "The tensor isn't a parameter or buffer of the module. Use Constant instead.", nameof(tensor));
        }
        var proto = TensorFormat.Initializer(state.Name, values);
        if (!_parameters.TryGetValue(state.Name, out var known)) _parameters[state.Name] = known = [];
        var value = known.FirstOrDefault(entry => HaveEqualValues(entry.Tensor, proto)).Value;
        if (value is null) known.Add((proto, value = AddInitializer(proto, values)));
        return value;
    }

    private static bool HaveEqualValues(TensorProto left, TensorProto right) =>
        left.DataType == right.DataType && left.Dims.Equals(right.Dims) && left.RawData.Equals(right.RawData);

    /// <summary>Returns a value that indicates whether an initializer is a constant instead of a weight.</summary>
    public static bool IsConstant(string name) => name.StartsWith('/');

    /// <summary>Adds the name, with a number if it is taken.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int suffix = 1; !taken.Add(unique); suffix++) unique = $"{name}_{suffix}";
        return unique;
    }

    public GraphValue AddConstant(string scope, torch.Tensor values) =>
        AddInitializer(TensorFormat.Initializer($"{scope}/Constant", values), values);

    /// <summary>Converts a value to a dtype.</summary>
    public GraphValue Cast(string scope, GraphValue value, torch.ScalarType type)
    {
        var cast = AddNode(
            scope, "Cast", [value], [new OnnxAttribute("to", (long)TensorFormat.DataType(type))], outputs: 1)[0];
        (cast.Shape, cast.Type) = (value.Shape, type);
        return cast;
    }

    /// <summary>Converts a bfloat16 value to float32, for which ONNX Runtime has more kernels.</summary>
    public GraphValue Widen(string scope, GraphValue value) =>
        value.Type == torch.ScalarType.BFloat16 ? Cast(scope, value, torch.ScalarType.Float32) : value;

    private GraphValue AddInitializer(TensorProto proto, torch.Tensor values)
    {
        proto.Name = Unique(proto.Name);
        var value = new GraphValue(proto.Name)
        {
            Shape = [.. values.shape.Select(size => (Dimension)size)],
            Type = values.dtype,
        };
        _initializers.Add((value, proto));
        return value;
    }

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

    /// <summary>
    /// Replaces nodes that rearrange weights or constants with their results. A weight that several nodes read stays.
    /// </summary>
    public void FoldConstants()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = _initializers.ToDictionary(initializer => initializer.Value, initializer => initializer.Tensor);
        var reads = _nodes.SelectMany(node => node.Inputs.OfType<GraphValue>())
            .GroupBy(value => value).ToDictionary(uses => uses.Key, uses => uses.Count());
        HashSet<GraphNode> folded = [];
        foreach (var node in _nodes)
        {
            if (node.Outputs.Any(_outputs.Contains)
                || node.Inputs.Length == 0
                || !node.Inputs.All(input => input is not null && tensors.ContainsKey(input)
                    && (reads[input] == 1 || IsConstant(input.Name)))
                || ConstantFolding.Evaluate(node, [.. node.Inputs.Select(input => tensors[input!])]) is not { } results)
            {
                continue;
            }
            folded.Add(node);
            foreach (var (value, result) in node.Outputs.Zip(results))
            {
                value.Name = Unique($"{node.Inputs[0]!.Name}.{node.OpType}");
                (value.Shape, value.Type) = ([.. result.shape.Select(size => (Dimension)size)], result.dtype);
                tensors[value] = TensorFormat.Initializer(value.Name, result);
                _initializers.Add((value, tensors[value]));
            }
        }
        _nodes.RemoveAll(folded.Contains);
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

    public GraphProto ToProto(string name, string docString) => new()
    {
        Name = name,
        DocString = docString,
        Node = { _nodes.Select(ToProto) },
        Initializer = { _initializers.Select(initializer => initializer.Tensor) },
    };

    private static NodeProto ToProto(GraphNode node)
    {
        string[] parts = node.OpType.Split("::");
        return new()
        {
            Name = node.Name,
            OpType = parts[^1],
            Domain = parts.Length > 1 ? parts[0] : "",
            Input = { node.Inputs.Select(input => input?.Name ?? "") },
            Output = { node.Outputs.Select(output => output.Name) },
            Attribute = { node.Attributes.Select(attribute => attribute.ToProto()) },
        };
    }

    private string Unique(string name) => Unique(name, _names);
}

/// <summary>Represents a node whose values may still be renamed.</summary>
internal sealed record GraphNode(
    string Name, string OpType, GraphValue?[] Inputs, GraphValue[] Outputs, OnnxAttribute[] Attributes,
    RecordedCall? Call);
