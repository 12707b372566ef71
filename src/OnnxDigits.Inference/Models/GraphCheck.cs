using OnnxDigits.Inference.Models.Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>A graph is one list of nodes, each reading what was there before it; each value has one name.</summary>
internal static class GraphCheck
{
    private const int MostNodes = 1000;

    public static void Check(OnnxModel model)
    {
        if (model.Extras is [var extra, ..])
            throw new ModelFaultException($"has {extra}, which no digit model needs", Remedy.GiveOurs);
        var graph = model.Graph;
        if (graph.Nodes.Count > MostNodes)
            throw new ModelFaultException(
                $"has {graph.Nodes.Count:N0} nodes, but a digit model has at most {MostNodes:N0}", Remedy.GiveOurs);
        CheckOrder(graph);
        CheckNodeNames(graph);
    }

    private static void CheckOrder(OnnxGraph graph)
    {
        var made = graph.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in graph.Inputs.Select(input => input.Name).Concat(graph.Initializers.Select(t => t.Name)))
            Define(known, name);
        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.FirstOrDefault(name => name.Length > 0 && !known.Contains(name)) is { } missing)
                throw new ModelFaultException(
                    made.Contains(missing)
                        ? $"has a cycle or a wrong order: the node {node} reads {Quote.Of(missing)} before it is made"
                        : $"has a node {node} that reads {Quote.Of(missing)}, which nothing makes",
                    Remedy.ExportAgain);
            foreach (string name in node.Outputs.Where(name => name.Length > 0))
                Define(known, name);
        }
        if (graph.Outputs.FirstOrDefault(output => !known.Contains(output.Name)) is { } output)
            throw new ModelFaultException($"has the output {output}, which no node makes", Remedy.ExportAgain);
    }

    private static void Define(HashSet<string> known, string name)
    {
        if (!known.Add(name))
            throw new ModelFaultException($"has two values of the name {Quote.Of(name)}", Remedy.ExportAgain);
    }

    private static void CheckNodeNames(OnnxGraph graph)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (graph.Nodes.Find(node => node.Name.Length > 0 && !names.Add(node.Name)) is { } node)
            throw new ModelFaultException($"has two nodes of the name {Quote.Of(node.Name)}", Remedy.ExportAgain);
    }
}
