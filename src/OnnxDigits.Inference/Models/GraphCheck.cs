using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>Checks that a graph is a flat list of nodes in order, and that each value has one name.</summary>
internal static class GraphCheck
{
    private const int MaxNodes = 1000;

    /// <exception cref="ModelFaultException">The graph is not a plain network.</exception>
    public static void Check(ModelProto model)
    {
        if (FindUnsupported(model) is { } part)
        {
            throw new ModelFaultException($"has {part}, which digit models do not use", Remedy.UseOurs);
        }
        GraphProto graph = model.Graph;
        if (graph.Node.Count > MaxNodes)
        {
            throw new ModelFaultException(
                $"has {graph.Node.Count:N0} nodes, but a digit model has at most {MaxNodes:N0}", Remedy.UseOurs);
        }
        CheckOrder(graph);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (graph.Node.FirstOrDefault(node => node.Name.Length > 0 && !names.Add(node.Name)) is { } twice)
        {
            throw new ModelFaultException($"has two nodes named {OnnxText.Quote(twice.Name)}", Remedy.ExportAgain);
        }
    }

    private static string? FindUnsupported(ModelProto model) =>
        model.Functions.Count > 0 ? "functions"
        : model.TrainingInfo.Count > 0 ? "training information"
        : model.Graph.SparseInitializer.Count > 0 ? "sparse weights"
        : model.Graph.Node.Select(FindUnsupported).FirstOrDefault(part => part is not null);

    private static string? FindUnsupported(NodeProto node)
    {
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.G is not null || attribute.Graphs.Count > 0) return "a graph within a node";
            if (attribute.RefAttrName.Length > 0) return "an attribute that refers to a function's";
            if (attribute.HasSparseTensor || attribute.SparseTensors.Count > 0) return "sparse weights";
        }
        return node.Attribute.DistinctBy(attribute => attribute.Name).Count() < node.Attribute.Count
            ? "two attributes of one name on a node"
            : null;
    }

    private static void CheckOrder(GraphProto graph)
    {
        var written = graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (ValueInfoProto input in graph.GetCallerInputs()) Define(known, input.Name);
        foreach (TensorProto tensor in graph.Initializer) Define(known, tensor.Name);
        foreach (NodeProto node in graph.Node)
        {
            if (node.Input.FirstOrDefault(name => name.Length > 0 && !known.Contains(name)) is { } missing)
            {
                throw new ModelFaultException(
                    written.Contains(missing)
                        ? $"has a cycle or nodes out of order: the node {OnnxText.Of(node)} reads "
                          + $"{OnnxText.Quote(missing)} before it is written"
                        : $"has a node {OnnxText.Of(node)} that reads {OnnxText.Quote(missing)}, which no node writes",
                    Remedy.ExportAgain);
            }
            foreach (string name in node.Output.Where(name => name.Length > 0)) Define(known, name);
        }
        if (graph.Output.FirstOrDefault(output => !known.Contains(output.Name)) is { } orphan)
        {
            throw new ModelFaultException(
                $"has the output {OnnxText.Of(orphan)}, which no node writes", Remedy.ExportAgain);
        }
    }

    private static void Define(HashSet<string> known, string name)
    {
        if (!known.Add(name))
        {
            throw new ModelFaultException($"has two values named {OnnxText.Quote(name)}", Remedy.ExportAgain);
        }
    }
}
