using Onnx;

namespace TorchOnnx.Quantization;

/// <summary>Chooses the nodes that ONNX Runtime can run on 8-bit integers, and the tensors between them.</summary>
/// <remarks>
/// ONNX Runtime fuses DequantizeLinear, a node and QuantizeLinear to one integer node. A node is chosen if integers
/// reach it from a layer and a layer reads its result, so that float32 parts of the model stay as they are.
/// </remarks>
internal sealed class StaticPlan
{
    // These operators select elements, so their results have the scale of their input.
    private static readonly HashSet<string> Selections =
    [
        "Expand", "Flatten", "Gather", "Identity", "MaxPool", "Reshape", "Resize", "Slice", "Split", "Squeeze", "Tile",
        "Transpose", "Unsqueeze",
    ];

    private static readonly HashSet<string> Computations =
        ["Add", "AveragePool", "Concat", "GlobalAveragePool", "LeakyRelu", "Mul", "Sigmoid"];

    private readonly FloatGraph _graph;
    private readonly Dictionary<NodeProto, Layer> _layers;
    private readonly HashSet<NodeProto> _candidates = [];
    private readonly HashSet<NodeProto> _chosen = [];
    private readonly HashSet<NodeProto> _absorbed = [];
    private readonly HashSet<string> _tensors = [];

    private StaticPlan(FloatGraph graph, IEnumerable<Layer> layers) =>
        (_graph, _layers) = (graph, layers.ToDictionary(layer => layer.Node));

    /// <summary>Makes a plan.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layers">The layers to quantize.</param>
    /// <param name="skipped">The names of nodes that stay in float32.</param>
    public static StaticPlan Create(
        FloatGraph graph, IEnumerable<Layer> layers, IReadOnlyCollection<string> skipped)
    {
        var plan = new StaticPlan(graph, layers);
        foreach (var node in graph.Model.Graph.Node.Where(node => !skipped.Contains(node.Name)))
        {
            if (plan.CanCompute(node)) plan._candidates.Add(node);
        }
        foreach (var node in graph.Model.Graph.Node.Reverse()) plan.Choose(node);
        foreach (var clamp in plan._absorbed) plan._tensors.Remove(clamp.Input[0]);
        return plan;
    }

    /// <summary>Gets the tensors that become integers.</summary>
    public IReadOnlySet<string> Tensors => _tensors;

    /// <summary>Indicates whether a node computes with integers.</summary>
    public bool IsChosen(NodeProto node) => _chosen.Contains(node);

    /// <summary>
    /// Indicates whether a clamp is removed, because the range of the integers cuts off the same values.
    /// </summary>
    public bool IsAbsorbed(NodeProto node) => _absorbed.Contains(node);

    /// <summary>
    /// Returns the tensor whose measured range sets the scale of a tensor. The input and the result of a selection
    /// share a scale. The input of an absorbed clamp has the scale of the clamp's result.
    /// </summary>
    public string ScaleOf(string tensor)
    {
        while (_graph.Producer(tensor) is { } node && SharesScale(node)) tensor = node.Input[0];
        while (_graph.OnlyConsumer(tensor) is { Output.Count: 1 } node && SharesScale(node)) tensor = node.Output[0];
        return tensor;
    }

    private bool SharesScale(NodeProto node) =>
        _absorbed.Contains(node) || (_chosen.Contains(node) && Selections.Contains(node.OpType));

    private bool CanCompute(NodeProto node) => _layers.ContainsKey(node) || (node.Domain is "" or "ai.onnx"
        && node.OpType switch
        {
            "Add" or "Concat" or "Mul" => node.Input.All(IsFromCandidate),
            "Resize" => node.Text("mode", "nearest") == "nearest" && IsFromCandidate(node.Input[0]),
            // The second output of MaxPool contains indices.
            "MaxPool" => node.Output.Count == 1 && IsFromCandidate(node.Input[0]),
            _ => (Selections.Contains(node.OpType) || Computations.Contains(node.OpType) || IsClamp(node))
                && IsFromCandidate(node.Input[0]),
        });

    private bool IsFromCandidate(string tensor) =>
        _graph.Producer(tensor) is { } producer && _candidates.Contains(producer);

    private void Choose(NodeProto node)
    {
        if (!_candidates.Contains(node)) return;
        bool isLayer = _layers.ContainsKey(node);
        if (isLayer || node.Output.All(_tensors.Contains) || (IsClamp(node) && EndsConvolution(node)))
        {
            _chosen.Add(node);
            // Add, Concat and Mul read tensors only, and the other operators read one.
            _tensors.UnionWith(node.OpType is "Add" or "Concat" or "Mul" ? node.Input : node.Input.Take(1));
        }
        // ONNX Runtime has integer kernels of Gemm and MatMul with float32 results, but none of Conv.
        if (node.OpType == "Conv" || (_chosen.Contains(node) && IsClamp(node))) _tensors.UnionWith(node.Output);
        if (_chosen.Contains(node) && IsClamp(node) && FirstOf(node) is not null) _absorbed.Add(node);
    }

    private bool EndsConvolution(NodeProto clamp) => FirstOf(clamp)?.OpType == "Conv";

    // Returns the node before a clamp, skipping selections. Its integers saturate at the bounds of the clamp.
    private NodeProto? FirstOf(NodeProto clamp)
    {
        var node = clamp;
        do
        {
            if (_graph.OnlyConsumer(node.Input[0]) != node) return null;
            node = _graph.Producer(node.Input[0])!;
        }
        while (Selections.Contains(node.OpType) && node.Output.Count == 1 && _candidates.Contains(node));
        return Selections.Contains(node.OpType) || IsClamp(node) ? null : node;
    }

    // The range of the integers can replace these clamps. It starts at 0 if no value is negative, and ends at the
    // largest measured value.
    private bool IsClamp(NodeProto node) => node.OpType == "Relu"
        || (node.OpType == "Clip" && node.Input.Count > 1 && _graph.FloatConstant(node.Input[1]) is { } low
            && ModelSource.Floats(low) is [0]);
}
