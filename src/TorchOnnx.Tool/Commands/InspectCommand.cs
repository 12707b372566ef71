using System.CommandLine;
using System.Globalization;
using Onnx;
using TorchOnnx.Tool.Models;

namespace TorchOnnx.Tool.Commands;

/// <summary>Represents <c>torchonnx inspect</c>, which shows the content of a file.</summary>
internal static class InspectCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Argument<string>("FILE");
        var nodes = new Option<bool>("--nodes")
        {
            Description = "Show each node with its module and source line, which the option NodeMetadata writes.",
        };
        var command = new Command("inspect", "Shows inputs, outputs, operators and weights of a model.")
        {
            file, nodes,
        };
        command.SetAction(parsed =>
        {
            var model = ModelFile.Read(parsed.GetValue(file)!);
            foreach (var (name, text) in Facts(model))
            {
                if (text.Length > 0) output.Write(TextLines.Entry(name, text, 12));
            }
            if (!parsed.GetValue(nodes)) return;
            Write(output, "nodes", model.Graph.Node);
            foreach (var function in model.Proto.Functions) Write(output, $"function {function.Name}", function.Node);
        });
        return command;
    }

    private static IEnumerable<(string Name, string Text)> Facts(ModelFile model)
    {
        var (proto, graph) = (model.Proto, model.Graph);
        yield return ("model", graph.Name);
        yield return ("producer", $"{proto.ProducerName} {proto.ProducerVersion}".Trim());
        var opsets = proto.OpsetImport.Select(opset =>
            $"{(opset.Domain is "" or "ai.onnx" ? "opset" : opset.Domain)} {opset.Version}");
        yield return ("format", $"IR version {proto.IrVersion}, {string.Join(", ", opsets)}");
        foreach (var input in model.Inputs) yield return ("input", ModelFile.Describe(input));
        foreach (var value in graph.Output) yield return ("output", ModelFile.Describe(value));
        yield return ("weights", Weights(graph.Initializer));
        yield return ("files", string.Join(", ", model.ExternalFiles));
        yield return ("nodes", Operators(graph.Node));
        foreach (var function in proto.Functions)
        {
            yield return ("function", $"{function.Name}: {Operators(function.Node)}");
        }
        foreach (var entry in proto.MetadataProps) yield return ("metadata", $"{entry.Key}: {entry.Value}");
    }

    /// <summary>Returns the number of elements of each dtype.</summary>
    public static string Weights(IEnumerable<TensorProto> tensors)
    {
        var types = tensors.GroupBy(tensor => ModelFile.NameOf(tensor.DataType)).Select(type => (
            type.Key, Elements: type.Sum(tensor => tensor.Dims.Aggregate(1L, (product, size) => product * size))));
        string text = string.Join(", ", types.OrderByDescending(type => type.Elements)
            .Select(type => string.Create(CultureInfo.InvariantCulture, $"{type.Elements:N0} {type.Key}")));
        return text.Length > 0 ? text : "none";
    }

    /// <summary>Returns the number of nodes, in total and of each operator.</summary>
    public static string Operators(IReadOnlyCollection<NodeProto> nodes) => $"{nodes.Count}: " + string.Join(
        ", ", nodes.CountBy(NameOf).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
            .Select(entry => entry.Value == 1 ? entry.Key : $"{entry.Value} {entry.Key}"));

    /// <summary>Returns the name of a node, or the name of its first output if it has none.</summary>
    public static string TitleOf(NodeProto node) => node.Name.Length > 0
        ? node.Name
        : node.Output.FirstOrDefault() ?? "";

    private static string NameOf(NodeProto node) =>
        node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}::{node.OpType}";

    private static void Write(TextWriter output, string title, IEnumerable<NodeProto> nodes)
    {
        output.WriteLine($"\n{title}");
        foreach (var node in nodes)
        {
            string[] origin = ["module", "module_type", "source"];
            var known = origin.Select(key => node.MetadataProps.FirstOrDefault(entry => entry.Key == key)?.Value)
                .OfType<string>();
            output.WriteLine($"  {TitleOf(node)} {NameOf(node)}({string.Join(", ", node.Input)}) -> "
                + $"{string.Join(", ", node.Output)}{string.Concat(known.Select(value => $"  [{value}]"))}");
        }
    }
}
