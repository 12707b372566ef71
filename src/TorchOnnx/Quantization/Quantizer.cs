using Onnx;

namespace TorchOnnx.Quantization;

/// <summary>Rewrites a float32 model with 8-bit integers.</summary>
internal static class Quantizer
{
    private const int ListedNodes = 3;

    /// <exception cref="QuantizationException">The model cannot be quantized, or its error is too large.</exception>
    public static QuantizedModel Quantize(
        ModelProto source, IEnumerable<IReadOnlyList<GraphTensor>> calibration, QuantizationOptions options)
    {
        FloatGraph.Check(source);
        // The runtime reports an invalid model, such as a node without its inputs, before the nodes are read.
        QuantizationCheck.Load(options.Runner, source).Dispose();
        var graph = FloatGraph.Create(source);
        if (options.SkippedNodes.Except(source.Graph.Node.Concat(graph.Model.Graph.Node).Select(node => node.Name))
            .FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"SkippedNodes contains '{unknown}', and the model has no node of that name.", nameof(options));
        }
        var (layers, skipped) = FindLayers(graph, options);
        var plan = options.Mode == QuantizationMode.Static
            ? StaticPlan.Create(graph, layers.Where(layer => !layer.IsWeightOnly), options.SkippedNodes)
            : null;
        var scales = plan is null
            ? null
            : Calibrator.Measure(graph.Model, [.. plan.Tensors.Select(plan.ScaleOf).Distinct()], calibration, options);
        var model = graph.Model.Clone();
        var writer = new Int8Writer(model.Graph, options);
        model.Graph.Node.Clear();
        if (plan is null) WriteDynamic(graph, layers, writer);
        else new StaticRewriter(graph, layers, plan, scales!, writer).Write();
        model.Graph.Node.AddRange(writer.Nodes);
        FloatGraph.RemoveUnused(model.Graph);

        var check = new QuantizationCheck(
            source, LayerProbe.Create(graph, layers, options, layer =>
                layer.IsWeightOnly ? null : scales?[plan!.ScaleOf(layer.Input)]),
            skipped, options);
        var report = check.Run(model, calibration);
        return report.Passed ? new(model, check, report) : throw report.ToException();
    }

    private static (IReadOnlyList<Layer> Layers, IReadOnlyList<string> Skipped) FindLayers(
        FloatGraph graph, QuantizationOptions options)
    {
        List<Layer> layers = [];
        List<string> skipped = [];
        foreach (var node in graph.Model.Graph.Node)
        {
            var layer = Layer.TryCreate(node, graph, out string? reason);
            if (layer is not null && options.SkippedNodes.Contains(node.Name)) reason = "SkippedNodes contains it";
            else if (layer is not null) layers.Add(layer);
            if (reason is not null) skipped.Add($"'{node.Name}' ({node.OpType}): {reason}");
        }
        return layers.Count > 0
            ? (layers, skipped)
            : throw new QuantizationException("The model has no layer with a constant weight to quantize"
                + (skipped.Count == 0 ? "." : $". {string.Join(". ", skipped.Take(ListedNodes))}."));
    }

    private static void WriteDynamic(FloatGraph graph, IReadOnlyList<Layer> layers, Int8Writer writer)
    {
        var byNode = layers.ToDictionary(layer => layer.Node);
        foreach (var node in graph.Model.Graph.Node)
        {
            if (byNode.TryGetValue(node, out var layer)) writer.AddDynamic(layer, layer.Output);
            else writer.Nodes.Add(node.Clone());
        }
    }
}
