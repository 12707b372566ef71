using System.Text;
using TorchSharp;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Exports a sample of each module and method, and lists the ONNX operators of the graphs.</summary>
internal static class CoverageTable
{
    private static readonly int DefaultOpset = new OnnxExportOptions().Opset;

    /// <summary>Returns the page as Markdown.</summary>
    public static string Write()
    {
        torch.random.manual_seed(1);
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        var text = new StringBuilder(
            $"""
            # What can be exported

            This table lists the modules of TorchSharp {version} and the methods that TorchOnnx converts to ONNX. Search it
            for a module (`Conv2d`), a method of Tensor (`add`) or a function (`functional.linear`). An entry covers all
            overloads and the in-place form. The ONNX column shows the operators of a typical call at opset {DefaultOpset}.

            The exporter follows code that is not listed down to the entries here: your own modules, containers such as
            `Sequential` and `ModuleList`, and functions such as `torch.sum` or `functional.relu`. It refuses modules
            loaded with `torch.jit.load`. You can
            [add a converter](../src/TorchOnnx/README.md#your-own-converters).

            | Module or method | ONNX | Notes |
            |---|---|---|

            """);
        // Entries with the same operators and notes share a row.
        var rows = Samples().GroupBy(entry => Export(entry.Name, entry.Sample), entry => $"`{entry.Name}`")
            .OrderBy(row => row.First().Trim('`'), StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows) text.Append($"| {string.Join(", ", row)} | {row.Key.Operators} | {row.Key.Note} |\n");
        return text.ToString();
    }

    private static IEnumerable<(string Name, Sample Sample)> Samples()
    {
        foreach (var sample in ModuleSamples.All) yield return (sample.Build().GetType().Name, sample);
        foreach (var (type, method) in new ConverterRegistry().Methods)
        {
            // The methods of modules are listed as the module.
            if (typeof(torch.nn.Module).IsAssignableFrom(type)) continue;
            string name = Name(type, method);
            if (!MethodSamples.All.TryGetValue(name, out var sample))
            {
                throw new InvalidOperationException($"MethodSamples.cs has no sample of '{name}'. Add a typical call.");
            }
            yield return (name, sample);
        }
    }

    // Exports at the default opset, or else at the first later one that has the operators.
    private static (string Operators, string Note) Export(string name, Sample sample)
    {
        string note = Notes.All.GetValueOrDefault(name, "");
        for (int opset = DefaultOpset; ; opset++)
        {
            using var scope = torch.NewDisposeScope();
            try
            {
                var options = new OnnxExportOptions { Opset = opset, DataDependentShapes = true };
                var program = OnnxExporter.Export(sample.Build(), sample.Example(), options);
                var operators = program.Nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal);
                return (string.Join(", ", operators), opset == DefaultOpset ? note : $"from opset {opset}");
            }
            catch (OnnxExportException e) when (e.Problems[0].Reason.Contains($"which opset {opset} does not have"))
            {
            }
            catch (OnnxExportException e)
            {
                return ("", $"refused: {(note.Length > 0 ? note : e.Problems[0].Reason)}");
            }
        }
    }

    private static string Name(Type type, string method) => (type, method) switch
    {
        (_, "get_TensorItems") => "x[…]",
        (_, "set_TensorItems") => "x[…] = y",
        (_, "op_Implicit") => "(Tensor)number",
        _ when type == typeof(torch.Tensor) => method.Replace("get_", ""),
        _ => $"{type.Name}.{method}",
    };
}
