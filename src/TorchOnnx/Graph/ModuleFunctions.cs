using Google.Protobuf;
using Onnx;
using TorchOnnx.Tracing;

namespace TorchOnnx.Graph;

/// <summary>
/// Moves the nodes of each call of a submodule to a function of the model, and calls it. Calls with equal nodes, such
/// as calls of equal layers, share a function. Weights are inputs of the function.
/// </summary>
internal sealed class ModuleFunctions
{
    public const string Domain = "modules";

    // Larger constants stay initializers, because a function's constants cannot lie in a second file.
    private const int LargestConstant = 1024;

    private readonly ModelProto _model;
    private readonly bool _hasMetadata;
    private readonly NodeProto[] _nodes;
    private readonly IReadOnlyList<ModuleScope>[] _scopes;
    private readonly Dictionary<string, int> _lastRead = [];
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<ByteString, string> _names = [];
    private readonly HashSet<string> _taken = [], _takenNodes;

    private ModuleFunctions(ModelProto model, IReadOnlyDictionary<string, RecordedCall> sources, bool hasMetadata)
    {
        (_model, _hasMetadata) = (model, hasMetadata);
        _nodes = [.. model.Graph.Node];
        _scopes = [.. _nodes.Select(node => sources.GetValueOrDefault(node.Name)?.Scope.Chain ?? [])];
        _initializers = model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        _takenNodes = [.. _nodes.Select(node => node.Name)];
        foreach (var (index, node) in _nodes.Index())
        {
            foreach (string input in node.Input) _lastRead[input] = index;
        }
        foreach (var output in model.Graph.Output) _lastRead[output.Name] = int.MaxValue;
    }

    /// <summary>Returns a copy of a model with functions.</summary>
    /// <param name="flat">The model.</param>
    /// <param name="sources">The call that each node was written for, by the name of the node.</param>
    /// <param name="hasMetadata">Indicates whether the nodes have metadata about their origin.</param>
    public static ModelProto Apply(
        ModelProto flat, IReadOnlyDictionary<string, RecordedCall> sources, bool hasMetadata)
    {
        // Functions exist since IR version 8.
        var model = flat.Clone();
        model.IrVersion = Math.Max(model.IrVersion, 8);
        new ModuleFunctions(model, sources, hasMetadata).Apply();
        return model;
    }

    private void Apply()
    {
        var nodes = Fold(0, _nodes.Length, depth: 0);
        if (_model.Functions.Count == 0) return;
        _model.Graph.Node.Clear();
        _model.Graph.Node.AddRange(nodes);
        var read = nodes.SelectMany(node => node.Input).ToHashSet();
        foreach (var tensor in _initializers.Values.Where(tensor => !read.Contains(tensor.Name)))
        {
            _model.Graph.Initializer.Remove(tensor);
        }
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
    }

    // Returns the nodes of a range. Replaces the nodes of each call of a submodule at the given depth with one node
    // that calls a function.
    private List<NodeProto> Fold(int start, int end, int depth)
    {
        List<NodeProto> nodes = [];
        for (int index = start; index < end;)
        {
            if (_scopes[index].Count <= depth)
            {
                nodes.Add(_nodes[index++]);
                continue;
            }
            var scope = _scopes[index][depth];
            int stop = index;
            while (stop < end && ReferenceEquals(_scopes[stop].ElementAtOrDefault(depth), scope)) stop++;
            nodes.Add(Call(scope, Fold(index, stop, depth + 1), stop));
            index = stop;
        }
        return nodes;
    }

    private NodeProto Call(ModuleScope scope, List<NodeProto> nodes, int stop)
    {
        string[] produced = [.. nodes.SelectMany(node => node.Output)];
        string[] read = [.. nodes.SelectMany(node => node.Input).Where(name => name.Length > 0).Distinct()];
        string[] inputs = [.. read.Where(name => !produced.Contains(name) && !IsInner(name))];
        string[] outputs = [.. produced.Where(name => _lastRead.GetValueOrDefault(name) >= stop)];
        var body = new Body();
        foreach (string name in inputs) body.Name(name, LocalName(name, scope));
        foreach (string name in read.Where(IsInner)) body.AddConstant(_initializers[name]);
        foreach (var node in nodes) body.Add(node);
        var function = new FunctionProto
        {
            Name = scope.ShortTypeName,
            Domain = Domain,
            Input = { inputs.Select(body.Find) },
            Output = { outputs.Select(body.Find) },
            Node = { body.Nodes },
            OpsetImport = { OpsetsOf(body.Nodes) },
        };
        var call = new NodeProto
        {
            Name = GraphBuilder.Unique("/" + scope.Path.Replace('.', '/'), _takenNodes),
            OpType = NameOf(function),
            Domain = Domain,
            Input = { inputs },
            Output = { outputs },
        };
        if (_hasMetadata) NodeMetadata.Write(call, scope, scope.Line);
        return call;
    }

    private bool IsInner(string name) => GraphBuilder.IsConstant(name)
        && _initializers.TryGetValue(name, out var tensor) && tensor.RawData.Length <= LargestConstant;

    // Removes the path of the module, so that equal layers have equal names and share a function.
    private string LocalName(string name, ModuleScope scope)
    {
        if (!_initializers.ContainsKey(name) || GraphBuilder.IsConstant(name)) return "input";
        string prefix = $"{scope.Path}.";
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    private string NameOf(FunctionProto function)
    {
        var key = function.ToByteString();
        if (_names.TryGetValue(key, out string? known)) return known;
        _names[key] = function.Name = GraphBuilder.Unique(function.Name, _taken);
        _model.Functions.Add(function);
        return function.Name;
    }

    private IEnumerable<OperatorSetIdProto> OpsetsOf(IEnumerable<NodeProto> nodes)
    {
        var domains = nodes.Select(node => node.Domain).ToHashSet();
        return _model.OpsetImport.Append(new OperatorSetIdProto { Domain = Domain, Version = 1 })
            .Where(opset => domains.Contains(opset.Domain));
    }

    /// <summary>
    /// Collects the nodes of a function. Renames their values, so that the names don't depend on the rest of the graph.
    /// </summary>
    private sealed class Body
    {
        private readonly Dictionary<string, string> _names = new() { [""] = "" };
        private readonly HashSet<string> _taken = [];

        public List<NodeProto> Nodes { get; } = [];

        public string Find(string name) => _names[name];

        public void Name(string name, string local) => _names[name] = GraphBuilder.Unique(local, _taken);

        public void AddConstant(TensorProto tensor)
        {
            var value = tensor.Clone();
            value.Name = "";
            Add(new()
            {
                OpType = "Constant",
                Output = { tensor.Name },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = value,
                    },
                },
            });
        }

        public void Add(NodeProto node)
        {
            var copy = node.Clone();
            NodeMetadata.RemovePath(copy);
            copy.Name = GraphBuilder.Unique(node.OpType, _taken);
            copy.Input.Clear();
            copy.Input.AddRange(node.Input.Select(Find));
            copy.Output.Clear();
            foreach (var (index, output) in node.Output.Index())
            {
                if (output.Length > 0) Name(output, $"{copy.Name}_output_{index}");
                copy.Output.Add(Find(output));
            }
            Nodes.Add(copy);
        }
    }
}
