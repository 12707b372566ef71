using System.Text;
using TorchSharp;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Exports a sample of each module and method, and lists the ONNX operators of the graphs.</summary>
internal static class CoverageTable
{
    /// <summary>Returns the table as Markdown.</summary>
    public static string Write()
    {
        var registry = new ConverterRegistry();
        var methods = registry.Methods.Where(method => !typeof(torch.nn.Module).IsAssignableFrom(method.Type))
            .Select(method => (Name: Name(method.Type, method.Name), Sample: Find(method.Type, method.Name)));
        var rows = ModuleSamples.All.Select(sample => (Name: sample.Build().GetType().Name, Sample: sample)).Concat(methods)
            .Select(entry => (entry.Name, Result: Export(entry.Name, entry.Sample)))
            .GroupBy(entry => entry.Result, entry => $"`{entry.Name}`")
            .OrderBy(row => row.First().Trim('`'), StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder(
            $"""
            # What can be exported

            This table lists the modules of TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)} and the methods that TorchOnnx converts to ONNX.
            Search it for a module (`Conv2d`), a method of Tensor (`add`) or a function (`functional.linear`). An entry
            covers all overloads and the in-place form. The ONNX column shows the operators of a typical call at opset {new OnnxExportOptions().Opset}.

            The exporter follows code that is not listed down to the entries here: your own modules, containers such as
            `Sequential` and `ModuleList`, and functions such as `torch.sum` or `functional.relu`. It refuses losses and
            modules loaded with `torch.jit.load`. To add a converter, see [Export to ONNX](exporter.md).

            | Module or method | ONNX | Notes |
            |---|---|---|

            """);
        foreach (var row in rows)
            text.Append($"| {string.Join(", ", row)} | {row.Key.Operators} | {row.Key.Note} |\n");
        return text.ToString();
    }

    private static (string Operators, string Note) Export(string name, Sample sample)
    {
        string note = Notes.All.GetValueOrDefault(name, "");
        int opset = new OnnxExportOptions().Opset;
        while (true)
        {
            using var scope = torch.NewDisposeScope();
            try
            {
                var program = OnnxExporter.Export(sample.Build(), sample.Example(), new OnnxExportOptions { Opset = opset });
                var operators = program.Nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal);
                if (opset > new OnnxExportOptions().Opset) note = string.Join("; ", $"from opset {opset}", note).TrimEnd(' ', ';');
                return (string.Join(", ", operators), note);
            }
            catch (OnnxExportException refusal) when (refusal.Problems[0].Reason.Contains("opset"))
            {
                opset++;
            }
            catch (OnnxExportException refusal)
            {
                return ("", $"refused: {(note.Length > 0 ? note : refusal.Problems[0].Reason)}");
            }
        }
    }

    private static Sample Find(Type type, string method) => MethodSamples.All.TryGetValue(Name(type, method), out var sample)
        ? sample
        : throw new InvalidOperationException($"MethodSamples has no sample of {Name(type, method)}. Add one.");

    private static string Name(Type type, string method) => (type, method) switch
    {
        (_, "get_TensorItems") => "x[…]",
        (_, "set_TensorItems") => "x[…] = y",
        (_, "op_Implicit") => "(Tensor)number",
        _ when type == typeof(torch.Tensor) => method.StartsWith("get_", StringComparison.Ordinal) ? method[4..] : method,
        _ => $"{type.Name}.{method}",
    };
}
