using System.Diagnostics;
using Onnx;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>Compares a graph, run by a runtime, with the module that it was written for, run as any program runs it.</summary>
internal sealed class Verifier(IFront front, ExportJob job)
{
    private readonly IReadOnlyList<GraphTensor> _example = [.. job.Example.Tensors.Select(TensorCopy.ToManaged)];
    private readonly torch.Device _device = job.Example.Tensors[0].device;

    public long ParameterCount { get; } = job.Module.parameters().DistinctBy(TensorIdentity.Of)
        .Sum(parameter => parameter.numel());

    public VerificationReport Verify(ModelProto model, IGraphRunner runner)
    {
        var watch = Stopwatch.StartNew();
        using var evaluation = new EvaluationMode(job.Module);
        var cases = new List<VerificationCase>();
        Divergence? divergence = null;
        using (var graph = new LoadedGraph(runner, model, job.Options))
        {
            foreach (var (name, inputs, growth, mayFail) in Inputs())
            {
                if (Expected(inputs, mayFail) is not { } expected) continue;
                var comparison = Compare(graph, inputs, expected, growth);
                cases.Add(new()
                {
                    Name = name,
                    InputShapes = [.. inputs.Select(input => input.Shape)],
                    MaxAbsoluteDifference = comparison.MaxAbsolute,
                    MaxRelativeDifference = comparison.MaxRelative,
                    Passed = comparison.Passed,
                    Failure = comparison.Failure,
                });
                if (!comparison.Passed && graph.Refusal is null) divergence ??= Locate(model, runner, inputs, growth);
            }
        }
        return new()
        {
            Runtime = runner.Name,
            Opset = job.Options.Opset,
            Nodes = model.Graph.Node.Count,
            Parameters = ParameterCount,
            RelativeTolerance = job.Options.Relative,
            AbsoluteTolerance = job.Options.Absolute,
            Seconds = watch.Elapsed.TotalSeconds,
            Cases = cases,
            Divergence = divergence,
        };
    }

    // Sizes that were traced prove little, so others are taken. Some may be such that the module itself refuses them.
    // Growth is by how much the rounding of sums and of positions may grow with the size.
    private IEnumerable<(string Name, IReadOnlyList<GraphTensor> Inputs, double Growth, bool MayFail)> Inputs()
    {
        var sampler = new InputSampler(_example);
        long[][] shapes = [.. _example.Select(input => input.Shape.ToArray())];
        yield return ("example", _example, 1, false);
        yield return ("random 1", sampler.Draw(shapes), 1, false);
        yield return ("random 2", sampler.Draw(shapes), 1, false);
        foreach (string name in job.Sizes.Names)
            foreach (var (count, mayFail) in job.Sizes.Untraced(name))
                yield return (
                    $"{name} = {count * job.Sizes.Multiple(name)}",
                    sampler.Draw(job.Sizes.Shapes(shapes, other => other == name ? count : null)), job.Sizes.Growth(name, count), mayFail);
    }

    private IReadOnlyList<GraphTensor>? Expected(IReadOnlyList<GraphTensor> inputs, bool mayFail)
    {
        using var gradients = GradientMode.For(job.Module);
        using var scope = torch.NewDisposeScope();
        try
        {
            var result = ModelCall.Run(job.Module, ToTorch(inputs).Arguments);
            return [.. ModelInputs.Flatten(result).Select(TensorCopy.ToManaged)];
        }
        catch (Exception exception) when (mayFail && exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    private Comparison Compare(
        LoadedGraph graph, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> expected, double growth)
    {
        if (graph.Run(inputs, out string? failure) is not { } outputs) return Comparison.Failed(failure!);
        return job.Names.Outputs.Zip(expected, (name, tensor) => Compare(outputs[name], tensor, growth)).Aggregate(Comparison.Worse);
    }

    /// <summary>Runs the graph with every recorded value as an output and finds the first that is not the module's.</summary>
    private Divergence? Locate(ModelProto model, IGraphRunner runner, IReadOnlyList<GraphTensor> inputs, double growth)
    {
        var exposed = model.Clone();
        var names = exposed.Graph.Output.Select(output => output.Name).ToHashSet();
        foreach (var place in job.CallOutputs)
            if (names.Add(place.Value.Name))
                exposed.Graph.Output.Add(ModelFormat.ValueInfo(place.Value.Name, Carried(place)));

        using var graph = new LoadedGraph(runner, exposed, job.Options);
        if (graph.Run(inputs, out _) is not { } outputs) return null;
        using var gradients = GradientMode.For(job.Module);
        using var scope = torch.NewDisposeScope();
        var recording = front.Record(job.Module, ToTorch(inputs), job.Options.Converters, ValuesKept.All);
        foreach (var place in job.CallOutputs.Where(place => place.CallIndex < recording.Calls.Count))
        {
            var expected = recording.Calls[place.CallIndex].Outputs[place.OutputIndex].Snapshot!;
            var comparison = Compare(outputs[place.Value.Name], expected, growth);
            if (!comparison.Passed)
                return new()
                {
                    Node = place.NodeName,
                    ModulePath = place.Call.Path,
                    ModuleType = place.Call.ModuleType,
                    MaxAbsoluteDifference = comparison.MaxAbsolute,
                    Line = place.Call.Line,
                };
        }
        return null;
    }

    private torch.ScalarType Carried(CallOutput place) => place.Call.Outputs[place.OutputIndex].Type switch
    {
        torch.ScalarType.Float32 when job.Options.HalfPrecision => torch.ScalarType.Float16,
        var type => type,
    };

    private ModelInputs ToTorch(IReadOnlyList<GraphTensor> inputs) =>
        job.Example.With(inputs.Select(input => TensorCopy.ToTorch(input).to(_device)));

    private Comparison Compare(GraphTensor actual, GraphTensor expected, double growth) =>
        Comparison.Of(actual, expected, job.Options.Relative, job.Options.Absolute * growth);
}
