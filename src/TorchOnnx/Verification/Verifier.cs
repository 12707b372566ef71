using System.Diagnostics;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>Compares the results of a graph in a runtime with those of the module that it was exported from.</summary>
internal sealed class Verifier
{
    // Larger numbers outweigh biases, smaller ones don't saturate, and whole ones include zeros and equal elements.
    private static readonly IReadOnlyList<(string Name, Func<float, float> Change)> WiderInputs =
    [
        ("random × 100", x => x * 1e2f), ("random × 0.01", x => x * 1e-2f),
        ("random × 10,000", x => x * 1e4f), ("random × 1,000,000", x => x * 1e6f),
        ("whole numbers", MathF.Round),
        ("infinities and NaN", x => x < -1 ? float.NegativeInfinity : x < 0 ? float.NaN : x > 1 ? 1 / 0f : x),
    ];

    private const double MostRounding = 10;

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
        List<Trial> trials = [];
        int[] unproven = [];
        Divergence? divergence = null;
        if (LoadedGraph.TryLoad(runner, Exported.Model, _request.Options, out var graph, out string? failure))
        {
            using (graph)
            {
                var sampler = new InputSampler(_example);
                foreach (var (name, inputs, mayFail) in Inputs(sampler))
                {
                    if (Expected(inputs, mayFail) is { } expected) trials.Add(Try(graph, name, inputs, expected));
                }
                if (trials.TrueForAll(trial => trial.Passed)) unproven = AddWiderTrials(trials, graph, sampler);
                if (unproven.Length > 0 || trials.Exists(trial => !trial.Passed))
                {
                    var inputs = (trials.Find(trial => !trial.Passed) ?? trials[1]).Inputs;
                    divergence = DivergenceSearch.Find(Exported, runner, inputs, ToTorch(inputs));
                    // If every node agrees, a constant output with different elements isn't a coincidence.
                    if (divergence is null) unproven = [.. unproven.Where(trials[1].IsUniform)];
                }
            }
        }
        else
        {
            trials.Add(new("example", _example, [], [Comparison.Failed(failure)]));
        }
        return new()
        {
            Runtime = runner.Name,
            Opset = _request.Options.Opset,
            Nodes = Exported.Model.Graph.Node.Count,
            Parameters = Exported.ParameterCount,
            RelativeTolerance = _request.Options.Relative,
            ScaleTolerance = _request.Options.Scale,
            Seconds = watch.Elapsed.TotalSeconds,
            Cases = [.. trials.Select(trial => trial.ToCase())],
            Unproven = [.. unproven.Select(output => Exported.Model.Graph.Output[output].Name)],
            Notes = Exported.Notes,
            Divergence = divergence,
        };
    }

    // The graph's size expressions were fitted to the traced sizes, so the verification uses other sizes. The module
    // may reject those with MayFail.
    private IEnumerable<(string Name, IReadOnlyList<GraphTensor> Inputs, bool MayFail)> Inputs(InputSampler sampler)
    {
        yield return ("example", _example, false);
        yield return ("random 1", sampler.Draw(ExampleShapes), false);
        yield return ("random 2", sampler.Draw(ExampleShapes), false);
        var sizes = _request.Sizes;
        foreach (string name in sizes.Names)
        {
            foreach (var (steps, mayFail) in sizes.Untraced(name, Exported.Trace.FarSizes.GetValueOrDefault(name)))
            {
                var shapes = sizes.Shapes(ExampleShapes, other => other == name ? steps : null);
                yield return ($"{name} = {steps * sizes.Multiple(name)}", sampler.Draw(shapes), mayFail);
            }
        }
    }

    /// <summary>
    /// Tries wider inputs while the equality of an output proves nothing, and returns the outputs for which it never
    /// does.
    /// </summary>
    private int[] AddWiderTrials(List<Trial> trials, LoadedGraph graph, InputSampler sampler)
    {
        int[] unproven = Unproven(DependentOutputs(), trials[..3]);
        foreach (var (name, change) in WiderInputs.TakeWhile(_ => unproven.Length > 0))
        {
            List<Trial> wider = [];
            for (int draw = 1; draw <= 3; draw++)
            {
                var inputs = sampler.DrawWider(ExampleShapes, change);
                if (Expected(inputs, mayFail: true) is not { } expected || !expected.All(Comparison.IsFinite)) continue;
                var trial = Try(graph, $"{name} {draw}", inputs, expected);
                if (trial.Passed || !IsRounding(trial)) wider.Add(trial);
            }
            trials.AddRange(wider);
            if (!wider.TrueForAll(trial => trial.Passed)) return [];
            unproven = Unproven(unproven, wider);
        }
        return unproven;
    }

    // Large numbers may cancel out. The module's own results then change as much when the input changes by one bit.
    private bool IsRounding(Trial trial) =>
        Expected(InputSampler.NextFloats(trial.Inputs), mayFail: true) is { } near
        && trial.Outputs.Count == near.Count
        && trial.Outputs.Index().All(output => output.Item.Passed || output.Item.MaxAbsolute
            <= MostRounding * Comparison.Of(near[output.Index], trial.Expected[output.Index], 0, 0).MaxAbsolute);

    private static int[] Unproven(IEnumerable<int> outputs, IReadOnlyList<Trial> trials) =>
        [.. outputs.Where(output => !Trial.Proves(trials, output))];

    // An output that depends on the inputs' sizes alone is proved by equality.
    private IEnumerable<int> DependentOutputs()
    {
        var graph = Exported.Model.Graph;
        var dependent = graph.Input.Select(input => input.Name).ToHashSet();
        foreach (var node in graph.Node)
        {
            if (node.OpType is not ("Shape" or "Size") && node.Input.Any(dependent.Contains))
            {
                dependent.UnionWith(node.Output);
            }
        }
        return from output in graph.Output.Index()
               where dependent.Contains(output.Item.Name)
               select output.Index;
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

    private Trial Try(
        LoadedGraph graph, string name, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> expected) =>
        new(name, inputs, expected, graph.TryRun(inputs, out var outputs, out string? failure)
            ? [.. Exported.Model.Graph.Output.Zip(expected, (output, tensor) => Comparison.Of(
                outputs[output.Name], tensor, _request.Options.Relative, _request.Options.Scale))]
            : [Comparison.Failed(failure)]);

    private IReadOnlyList<long[]> ExampleShapes => [.. _example.Select(input => input.Shape.ToArray())];

    private ModelInputs ToTorch(IReadOnlyList<GraphTensor> inputs) =>
        _request.Example.With(inputs.Select(input => TensorCopy.ToTorch(input).to(_device)));
}
