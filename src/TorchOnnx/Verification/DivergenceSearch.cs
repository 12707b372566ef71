using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>Finds the first node whose output differs from the module's.</summary>
internal static class DivergenceSearch
{
    /// <summary>
    /// Runs the graph with all traced tensors as outputs and returns the first that differs, or
    /// <see langword="null"/> if the node cannot be found.
    /// </summary>
    public static Divergence? Find(
        ExportResult.Exported exported, IGraphRunner runner, IReadOnlyList<GraphTensor> inputs,
        ModelInputs moduleInputs)
    {
        var options = exported.Request.Options;
        var exposed = exported.Model.Clone();
        var names = exposed.Graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var place in exported.CallOutputs)
        {
            if (names.Add(place.Value.Name))
            {
                exposed.Graph.Output.Add(ModelFormat.ValueInfo(place.Value.Name, TypeInGraph(place, options)));
            }
        }

        if (!LoadedGraph.TryLoad(runner, exposed, options, out var loaded, out _)) return null;
        using var graph = loaded;
        using var scope = torch.NewDisposeScope();
        if (!graph.TryRun(inputs, out var outputs, out _)) return null;
        var recording = Tracer.Record(
            exported.Request.Module, exported.Request.State, moduleInputs, options.Converters, keepValues: true);
        foreach (var place in exported.CallOutputs.Where(place => place.CallIndex < recording.Calls.Count))
        {
            // The calls that the tracer adds have no tensors, and some dtypes cannot be compared.
            if (recording.Calls[place.CallIndex].Outputs[place.OutputIndex].Snapshot is not { } expected) continue;
            var comparison = Comparison.Of(outputs[place.Value.Name], expected, options.Relative, options.Scale);
            if (!comparison.Passed)
            {
                return new()
                {
                    Node = place.NodeName,
                    ModulePath = place.Call.Scope.Path,
                    ModuleType = place.Call.Scope.TypeName,
                    MaxAbsoluteDifference = comparison.MaxAbsolute,
                    Line = place.Call.Line,
                };
            }
        }
        return null;
    }

    private static torch.ScalarType TypeInGraph(CallOutput place, OnnxExportOptions options) =>
        place.Call.Outputs[place.OutputIndex].Type switch
        {
            torch.ScalarType.Float32 when options.HalfPrecision => torch.ScalarType.Float16,
            var type => type,
        };
}
