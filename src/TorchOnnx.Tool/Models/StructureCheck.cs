using System.Globalization;
using Google.Protobuf.Collections;
using Onnx;

namespace TorchOnnx.Tool.Models;

/// <summary>Finds faults in the structure of a model without running it.</summary>
internal static class StructureCheck
{
    public static IEnumerable<string> Problems(ModelFile model) =>
    [
        .. Domains(model.Proto),
        .. Twice("input", model.Graph.Input.Select(input => input.Name)),
        .. Twice("output", model.Graph.Output.Select(output => output.Name)),
        .. Twice("weight", model.Graph.Initializer.Select(tensor => tensor.Name)),
        .. Values(
            model.Graph.Node, model.Graph.Input.Select(input => input.Name)
                .Union(model.Graph.Initializer.Select(tensor => tensor.Name)),
            model.Graph.Output.Select(output => output.Name), "the graph"),
        .. model.Proto.Functions.SelectMany(function =>
            Values(function.Node, function.Input, function.Output, $"function '{function.Name}'")),
        .. model.Graph.Initializer.Select(tensor => External(model, tensor)).OfType<string>(),
    ];

    private static IEnumerable<string> Domains(ModelProto proto)
    {
        var imported = proto.OpsetImport.Select(opset => Normal(opset.Domain)).ToHashSet();
        if (!imported.Contains("")) yield return "no opset of ONNX's operators is imported";
        foreach (string domain in proto.Graph.Node.Concat(proto.Functions.SelectMany(function => function.Node))
            .Select(node => Normal(node.Domain)).Distinct().Where(domain => domain != "" && !imported.Contains(domain)))
        {
            yield return $"no opset of the domain '{domain}' is imported";
        }
    }

    private static IEnumerable<string> Twice(string kind, IEnumerable<string> names) =>
        names.CountBy(name => name).Where(name => name.Value > 1).Select(name => $"two {kind}s are named '{name.Key}'");

    private static string Normal(string domain) => domain == "ai.onnx" ? "" : domain;

    // Nodes must be in topological order and compute each value once.
    private static IEnumerable<string> Values(
        RepeatedField<NodeProto> nodes, IEnumerable<string> given, IEnumerable<string> results, string where)
    {
        var known = given.ToHashSet();
        foreach (var node in nodes)
        {
            foreach (string input in node.Input.Where(input => input.Length > 0 && !known.Contains(input)))
            {
                yield return
                    $"node '{node.Name}' ({node.OpType}) of {where} reads '{input}', which isn't computed before";
            }
            foreach (string output in node.Output.Where(output => output.Length > 0 && !known.Add(output)))
            {
                yield return $"node '{node.Name}' ({node.OpType}) of {where} computes '{output}' again";
            }
        }
        foreach (string result in results.Where(result => !known.Contains(result)))
        {
            yield return $"nothing computes '{result}', an output of {where}";
        }
    }

    private static string? External(ModelFile model, TensorProto tensor)
    {
        if (ModelFile.External(tensor, "location") is not { } location) return null;
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model.Path))!, location);
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
        {
            return $"'{tensor.Name}' lies outside the model's folder, in '{location}'";
        }
        if (!File.Exists(path)) return $"'{tensor.Name}' lies in '{location}', which doesn't exist";
        long end = Number(tensor, "offset") + Number(tensor, "length");
        long length = new FileInfo(path).Length;
        return end <= length
            ? null
            : $"'{tensor.Name}' ends at byte {end} of '{location}', which has {length} bytes";
    }

    private static long Number(TensorProto tensor, string key) =>
        long.TryParse(ModelFile.External(tensor, key), CultureInfo.InvariantCulture, out long number) ? number : 0;
}
