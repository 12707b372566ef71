using Google.Protobuf.Collections;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Quantization;

/// <summary>Finds the producers, consumers and constants of a float32 graph.</summary>
internal sealed class FloatGraph
{
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, List<NodeProto>> _consumers = [];
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly HashSet<string> _outputs;

    private FloatGraph(ModelProto model)
    {
        Model = model;
        _constants = model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        _outputs = [.. model.Graph.Output.Select(output => output.Name)];
        foreach (var node in model.Graph.Node)
        {
            foreach (string output in node.Output.Where(name => name.Length > 0)) _producers[output] = node;
            foreach (string input in Inputs(node).Distinct())
            {
                if (!_consumers.TryGetValue(input, out var nodes)) _consumers[input] = nodes = [];
                nodes.Add(node);
            }
        }
    }

    public ModelProto Model { get; }

    /// <exception cref="QuantizationException">The model cannot be quantized.</exception>
    public static void Check(ModelProto source)
    {
        long opset = source.OpsetImport.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 0;
        // DequantizeLinear has a scale for each channel from opset 13 on.
        if (opset < 13)
        {
            throw new QuantizationException(
                $"The model has opset {opset}, and quantization needs 13 or later. Export it with a later opset.");
        }
        if (source.Graph.Node.FirstOrDefault(
            node => node.OpType is "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear") is { } quantized)
        {
            throw new QuantizationException(
                $"The model is quantized already: it has the node '{quantized.Name}' ({quantized.OpType}). "
                    + "Pass the float32 model.");
        }
        if (source.Functions.Count > 0)
        {
            throw new QuantizationException(
                "The model has functions, whose nodes cannot be quantized. Export it without functions.");
        }
    }

    /// <summary>
    /// Copies a valid model, with constants as initializers and batch normalizations folded into the layers before
    /// them.
    /// </summary>
    public static FloatGraph Create(ModelProto source)
    {
        var model = source.Clone();
        MoveConstants(model.Graph);
        TransposeWeights(model.Graph);
        JoinWeights(model.Graph);
        foreach (var node in model.Graph.Node.Where(node => node.Name.Length == 0)) node.Name = node.Output[0];
        BatchNormFolding.Apply(new(model));
        return new(model);
    }

    /// <summary>Returns a constant, or <see langword="null"/>.</summary>
    public TensorProto? Constant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>Returns a float32 constant, or <see langword="null"/>.</summary>
    public TensorProto? FloatConstant(string name) =>
        Constant(name) is { } tensor && tensor.DataType == (int)DataType.Float ? tensor : null;

    public NodeProto? Producer(string name) => _producers.GetValueOrDefault(name);

    public IReadOnlyList<NodeProto> Consumers(string name) => _consumers.GetValueOrDefault(name) ?? [];

    public bool IsOutput(string name) => _outputs.Contains(name);

    /// <summary>Returns the only node that reads a value, or <see langword="null"/>.</summary>
    public NodeProto? OnlyConsumer(string name) =>
        !IsOutput(name) && Consumers(name) is [var node] && node.Input.Count(input => input == name) == 1 ? node : null;

    /// <summary>Removes the initializers that nothing reads, and descriptions of values that no longer exist.</summary>
    public static void RemoveUnused(GraphProto graph)
    {
        var used = graph.Node.SelectMany(Inputs).Concat(graph.Output.Select(output => output.Name)).ToHashSet();
        Keep(graph.Initializer, tensor => used.Contains(tensor.Name));
        var written = graph.Node.SelectMany(node => node.Output).ToHashSet();
        Keep(graph.ValueInfo, info => written.Contains(info.Name));
    }

    // RepeatedField.Remove compares weights.
    private static void Keep<T>(RepeatedField<T> items, Predicate<T> condition)
    {
        T[] kept = [.. items.Where(item => condition(item))];
        items.Clear();
        items.AddRange(kept);
    }

    /// <summary>Returns the inputs of a node, with the outer values that its subgraphs read.</summary>
    private static IEnumerable<string> Inputs(NodeProto node) => node.Input.Where(name => name.Length > 0)
        .Concat(node.Attribute.SelectMany(attribute => attribute.G is { } graph ? [graph] : attribute.Graphs)
            .SelectMany(graph => graph.Node.SelectMany(Inputs).Concat(graph.Output.Select(output => output.Name))));

    private static void MoveConstants(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(node => node.OpType == "Constant").ToList())
        {
            if (node.Attribute is not [{ Name: "value", T: { } value }]) continue;
            var tensor = value.Clone();
            tensor.Name = node.Output[0];
            graph.Initializer.Add(tensor);
            graph.Node.Remove(node);
        }
    }

    // Exporters write a Linear on inputs of more than two dimensions as a MatMul with the transposed weight.
    private static void TransposeWeights(GraphProto graph)
    {
        var constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        foreach (var node in graph.Node.Where(node => node.OpType == "Transpose").ToList())
        {
            if (constants.GetValueOrDefault(node.Input[0]) is not
                { DataType: (int)DataType.Float, Dims: [var rows, var columns] } tensor)
            {
                continue;
            }
            if (node.Attribute is not ([] or [{ Name: "perm", Ints: [1, 0] }])) continue;
            graph.Initializer.Add(ModelSource.Tensor(
                node.Output[0], DataType.Float, ModelSource.Transpose(ModelSource.Floats(tensor), rows, columns),
                columns, rows));
            graph.Node.Remove(node);
        }
    }

    // Exporters join the weights of both directions of an LSTM.
    private static void JoinWeights(GraphProto graph)
    {
        var constants = graph.Initializer.Where(tensor => tensor.DataType == (int)DataType.Float)
            .ToDictionary(tensor => tensor.Name);
        foreach (var node in graph.Node.Where(node => node.OpType == "Concat" && node.Int("axis", 0) == 0).ToList())
        {
            TensorProto?[] parts = [.. node.Input.Select(constants.GetValueOrDefault)];
            if (parts.Contains(null)) continue;
            graph.Initializer.Add(ModelSource.Tensor(
                node.Output[0], DataType.Float, parts.SelectMany(part => ModelSource.Floats(part!)).ToArray(),
                [parts.Sum(part => part!.Dims[0]), .. parts[0]!.Dims.Skip(1)]));
            graph.Node.Remove(node);
        }
    }
}
