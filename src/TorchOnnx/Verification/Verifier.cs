using System.Diagnostics;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>Compares the results of a graph in a runtime with those of the module that it was exported from.</summary>
internal sealed class Verifier
{
    private readonly ExportRequest _request;
    private readonly IReadOnlyList<GraphTensor> _example;
    private readonly torch.Device _device;

    private Verifier(ExportResult.Exported exported, IReadOnlyList<GraphTensor> example, torch.Device device) =>
        (Exported, _request, _example, _device) = (exported, exported.Request, example, device);

    public ExportResult.Exported Exported { get; }

    /// <summary>Creates a verifier with a copy of the example's tensors.</summary>
    public static Verifier Create(ExportResult.Exported exported)
    {
        var tensors = exported.Request.Example.Tensors;
        return new(exported, [.. tensors.Select(TensorCopy.ToManaged)], tensors[0].device);
    }

    public VerificationReport Verify(IGraphRunner runner)
    {
        var watch = Stopwatch.StartNew();
        using var evaluation = EvaluationMode.Enter(_request.Module);
        var cases = new List<VerificationCase>();
        Divergence? divergence = null;
        if (LoadedGraph.TryLoad(runner, Exported.Model, _request.Options, out var graph, out string? failure))
        {
            using (graph)
            {
                foreach (var (name, inputs, growth, mayFail) in Inputs())
                {
                    if (Expected(inputs, mayFail) is not { } expected) continue;
                    var comparison = Compare(graph, inputs, expected, growth);
                    cases.Add(Case(name, inputs, comparison));
                    if (!comparison.Passed) divergence ??= Locate(runner, inputs, growth);
                }
            }
        }
        else
        {
            cases.Add(Case("example", _example, Comparison.Failed(failure)));
        }
        return new()
        {
            Runtime = runner.Name,
            Opset = _request.Options.Opset,
            Nodes = Exported.Model.Graph.Node.Count,
            Parameters = Exported.ParameterCount,
            RelativeTolerance = _request.Options.Relative,
            AbsoluteTolerance = _request.Options.Absolute,
            Seconds = watch.Elapsed.TotalSeconds,
            Cases = cases,
            Divergence = divergence,
        };
    }

    // The graph's size expressions were fitted to the traced sizes, so the verification uses other sizes. The module
    // may reject those with MayFail. Growth is the factor by which rounding errors may grow with the size.
    private IEnumerable<(string Name, IReadOnlyList<GraphTensor> Inputs, double Growth, bool MayFail)> Inputs()
    {
        var sampler = new InputSampler(_example);
        long[][] shapes = [.. _example.Select(input => input.Shape.ToArray())];
        yield return ("example", _example, 1, false);
        yield return ("random 1", sampler.Draw(shapes), 1, false);
        yield return ("random 2", sampler.Draw(shapes), 1, false);
        var sizes = _request.Sizes;
        foreach (string name in sizes.Names)
        {
            foreach (var (steps, mayFail) in sizes.Untraced(name, Exported.Trace.FarSizes.GetValueOrDefault(name)))
            {
                yield return (
                    $"{name} = {steps * sizes.Multiple(name)}",
                    sampler.Draw(sizes.Shapes(shapes, other => other == name ? steps : null)),
                    sizes.Growth(name, steps),
                    mayFail);
            }
        }
    }

    private IReadOnlyList<GraphTensor>? Expected(IReadOnlyList<GraphTensor> inputs, bool mayFail)
    {
        using var gradients = GradientMode.For(_request.Module);
        using var scope = torch.NewDisposeScope();
        try
        {
            var result = ModelCall.Run(_request.Module, ToTorch(inputs).Arguments);
            return [.. ModelInputs.Flatten(result).Select(TensorCopy.ToManaged)];
        }
        catch (Exception e) when (mayFail && e is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>
    /// Runs the graph with all traced tensors as outputs and finds the first that differs from the module's.
    /// </summary>
    private Divergence? Locate(IGraphRunner runner, IReadOnlyList<GraphTensor> inputs, double growth)
    {
        var exposed = Exported.Model.Clone();
        var names = exposed.Graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var place in Exported.CallOutputs)
        {
            if (names.Add(place.Value.Name))
            {
                exposed.Graph.Output.Add(ModelFormat.ValueInfo(place.Value.Name, TypeInGraph(place)));
            }
        }

        if (!LoadedGraph.TryLoad(runner, exposed, _request.Options, out var loaded, out _)) return null;
        using var graph = loaded;
        using var scope = torch.NewDisposeScope();
        if (!graph.TryRun(inputs, out var outputs, out _)) return null;
        var recording = Tracer.Record(_request.Module, ToTorch(inputs), _request.Options.Converters, keepValues: true);
        foreach (var place in Exported.CallOutputs.Where(place => place.CallIndex < recording.Calls.Count))
        {
            var expected = recording.Calls[place.CallIndex].Outputs[place.OutputIndex].Snapshot!;
            var comparison = Compare(outputs[place.Value.Name], expected, growth);
            if (!comparison.Passed)
            {
                return new()
                {
                    Node = place.NodeName,
                    ModulePath = place.Call.Path,
                    ModuleType = place.Call.ModuleType,
                    MaxAbsoluteDifference = comparison.MaxAbsolute,
                    Line = place.Call.Line,
                };
            }
        }
        return null;
    }

    private torch.ScalarType TypeInGraph(CallOutput place) => place.Call.Outputs[place.OutputIndex].Type switch
    {
        torch.ScalarType.Float32 when _request.Options.HalfPrecision => torch.ScalarType.Float16,
        var type => type,
    };

    private ModelInputs ToTorch(IReadOnlyList<GraphTensor> inputs) =>
        _request.Example.With(inputs.Select(input => TensorCopy.ToTorch(input).to(_device)));

    private Comparison Compare(
        LoadedGraph graph, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> expected, double growth) =>
        graph.TryRun(inputs, out var outputs, out string? failure)
            ? Exported.Model.Graph.Output
                .Zip(expected, (output, tensor) => Compare(outputs[output.Name], tensor, growth))
                .Aggregate(Comparison.Worse)
            : Comparison.Failed(failure);

    private Comparison Compare(GraphTensor actual, GraphTensor expected, double growth) =>
        Comparison.Of(actual, expected, _request.Options.Relative, _request.Options.Absolute * growth);

    private static VerificationCase Case(string name, IReadOnlyList<GraphTensor> inputs, Comparison comparison) => new()
    {
        Name = name,
        InputShapes = [.. inputs.Select(input => input.Shape)],
        MaxAbsoluteDifference = comparison.MaxAbsolute,
        MaxRelativeDifference = comparison.MaxRelative,
        Passed = comparison.Passed,
        Failure = comparison.Failure,
    };
}
