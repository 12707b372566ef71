using System.Diagnostics;
using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Verification;

/// <summary>Compares the results of a graph in a runtime with the results of the exported module.</summary>
internal sealed class Verifier
{
    // Larger numbers outweigh biases, smaller ones don't saturate, and whole ones include zeros and equal elements.
    private static readonly IReadOnlyList<(string Name, Func<float, float> Change)> WiderInputs =
    [
        ("random × 100", x => x * 1e2f), ("random × 0.01", x => x * 1e-2f),
        ("random × 10,000", x => x * 1e4f), ("random × 1,000,000", x => x * 1e6f),
        ("whole numbers", MathF.Round),
    ];

    // Operators that rearrange the elements of a shape, and operators with a shape as an input.
    private static readonly HashSet<string> Moves = ["Slice", "Gather", "Concat", "Squeeze", "Unsqueeze", "Cast"];
    private static readonly HashSet<string> TakesShape = ["Reshape", "Expand", "Resize", "ConstantOfShape"];

    private const double MostRounding = 10, MostRelativeRounding = 1e-3;

    // libtorch multiplies a coordinate by a rounded scale, and ONNX Runtime divides by one. On random images with sides
    // of 16 to 1,000 elements, linear and cubic results differ by up to 1.7e-7 of the scale for each element of a side.
    private const double MostRoundingPerElement = 1.0 / (1 << 21);

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
        var sampler = new InputSampler(
            _example, [.. Exported.Trace.Recording.Inputs.Select(input => input.Type)],
            _request.Options.InputGenerators);
        // Runs the module before the runtime allocates memory for the weights.
        var samples = Samples(sampler);
        if (LoadedGraph.TryLoad(runner, Exported.File, _request.Options, out var graph, out string? failure))
        {
            using (graph)
            {
                trials.AddRange(Try(graph, samples));
                if (trials.TrueForAll(trial => trial.Passed)) unproven = AddWiderTrials(trials, graph, sampler);
                if (unproven.Length > 0 || trials.Exists(trial => !trial.Passed))
                {
                    var inputs = (trials.Find(trial => !trial.Passed) ?? trials[1]).Sample.Inputs;
                    divergence = DivergenceSearch.Find(Exported, runner, inputs, ToTorch(inputs));
                    // If every node agrees, a constant output with different elements isn't a coincidence.
                    if (divergence is null) unproven = [.. unproven.Where(trials[1].IsUniform)];
                }
            }
        }
        else
        {
            trials.Add(new(new("example", _example, []), [Comparison.Failed(failure)]));
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

    // The graph's size expressions were fitted to the traced sizes, so the verification uses other sizes. If passes are
    // costly, the random inputs of the trace are sufficient for a graph without expressions.
    private List<Sample> Samples(InputSampler sampler)
    {
        List<Sample> samples = [];
        var sizes = Exported.Trace.Sizes;
        Add("example", _example, mayFail: false);
        samples.AddRange(Exported.Trace.Samples);
        if (samples.Count > Math.Max(1, sizes.Names.Count) && !ComputesSizes
            && samples.Skip(1).All(sample => InputSampler.HasAllSteps(sample.Inputs)))
        {
            return samples;
        }
        if (!sizes.IsCostly || sizes.Names.Count == 0) Add("random 1", sampler.Draw(sizes.Start), mayFail: false);
        if (!sizes.IsCostly)
        {
            Add("random 2", sampler.Draw(sizes.Start), mayFail: false);
            if (_example.Any(input => input is GraphTensor<float> or GraphTensor<double>))
            {
                // Small numbers reveal a wrong epsilon in a variance. Zeros reveal one in a denominator.
                Add("random × 0.01", sampler.Draw(sizes.Start, x => x * 1e-2f), mayFail: true);
                AddFinite(
                    samples, "zeros", sampler.Draw(sizes.Start, _ => 0), sampler.Draw(sizes.Start, x => x * 1e-6f));
            }
        }
        foreach (string name in sizes.Names)
        {
            foreach (var (steps, mayFail) in sizes.Untraced(name, Exported.Trace.FarSizes.GetValueOrDefault(name)))
            {
                var shapes = sizes.Shapes(other => other == name ? steps : null);
                Add($"{name} = {steps * sizes.Multiple(name)}", sampler.Draw(shapes), mayFail);
            }
        }
        // Multiples of 12 have many divisors.
        if (sizes.Equal(factor: 12) is { } equal)
        {
            Add(sizes.Describe(equal), sampler.Draw(sizes.Shapes(name => equal[name])), mayFail: true);
        }
        return samples;

        void Add(string name, IReadOnlyList<GraphTensor> inputs, bool mayFail)
        {
            if (Expected(inputs, out string? rejection) is { } expected)
            {
                // Skips an unusual input without finite results, such as the mean of no elements.
                if (!mayFail || expected.All(Comparison.HasFinite)) samples.Add(new(name, inputs, expected));
            }
            else if (!mayFail)
            {
                samples.Add(new(name, inputs, []) { Rejection = rejection });
            }
        }
    }

    // Indicates whether the graph computes with sizes, instead of only passing them on, such as the batch in the shape
    // of a Reshape.
    private bool ComputesSizes
    {
        get
        {
            HashSet<string> sizes = [];
            foreach (var node in Exported.Model.Graph.Node)
            {
                bool isSize = node.OpType is "Shape" or "Size";
                if (!isSize && !node.Input.Any(sizes.Contains)) continue;
                if (isSize || Moves.Contains(node.OpType)) sizes.UnionWith(node.Output);
                else if (!TakesShape.Contains(node.OpType)) return true;
            }
            return false;
        }
    }

    // Skips an unusual input if a result is infinite or NaN.
    private void AddFinite(
        List<Sample> samples, string name, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> near)
    {
        if (Expected(inputs, out _) is { } expected && expected.All(Comparison.IsFinite))
        {
            samples.Add(new(name, inputs, expected) { Near = near });
        }
    }

    /// <summary>Tries wider inputs while an output is unproven, and returns the outputs that stay unproven.</summary>
    private int[] AddWiderTrials(List<Trial> trials, LoadedGraph graph, InputSampler sampler)
    {
        int[] unproven = Unproven(DependentOutputs(), SimilarTrials(trials));
        foreach (var (name, change) in WiderInputs.TakeWhile(_ => unproven.Length > 0))
        {
            List<Sample> samples = [];
            for (int draw = 1; draw <= 3; draw++)
            {
                var inputs = sampler.DrawWider(Exported.Trace.Sizes.Start, change);
                AddFinite(samples, $"{name} {draw}", inputs, InputSampler.NextFloats(inputs));
            }
            List<Trial> wider = [.. Try(graph, samples)];
            trials.AddRange(wider);
            if (!wider.TrueForAll(trial => trial.Passed)) return [];
            unproven = Unproven(unproven, wider);
        }
        return unproven;
    }

    // Returns the trials of the same shapes or, if passes are costly, a single one with several elements in a batch.
    private IReadOnlyList<Trial> SimilarTrials(List<Trial> trials)
    {
        List<Trial> similar = [.. trials.Where(trial => trial.Sample.Inputs.Zip(Exported.Trace.Sizes.Start)
            .All(input => input.First.Shape.SequenceEqual(input.Second)))];
        return similar.Count > 1 ? similar : [trials[^1]];
    }

    // Indicates whether a difference is rounding, because the module's own results change as much when the input
    // changes by one bit, or because the graph interpolates. The former happens if large numbers cancel out or are
    // arguments of sines. At a discontinuity, the difference is far larger than rounding. On extreme inputs, integers
    // may differ too, because the order of equal elements is undefined and large integers may overflow.
    private bool IsRounding(Trial trial)
    {
        if (trial.Sample.Rejection is not null) return false;
        bool isExtreme = trial.Sample.Near is not null;
        double interpolation = InterpolationRounding(trial.Sample);
        return Expected(trial.Sample.Near ?? InputSampler.NextFloats(trial.Sample.Inputs), out _) is { } near
            && trial.Outputs.Zip(trial.Sample.Expected, near).All(output => output.First.Passed
                || (output.First.Failure is null && IsRounded(output.First, output.Second, output.Third)));

        bool IsRounded(Comparison difference, GraphTensor expected, GraphTensor nearby) =>
            (isExtreme && expected is (GraphTensor<long> or GraphTensor<int> or GraphTensor<byte>))
            || (expected is (GraphTensor<float> or GraphTensor<double>) && difference.MaxRelative <= interpolation)
            || ((isExtreme || difference.MaxRelative <= MostRelativeRounding)
                && difference.MaxAbsolute <= MostRounding * Comparison.Of(nearby, expected, 0, 0).MaxAbsolute);
    }

    // Returns the difference, relative to an output's scale, that the rounding of source coordinates may cause.
    private double InterpolationRounding(Sample sample)
    {
        var model = Exported.Model;
        bool interpolates = model.Graph.Node.Concat(model.Functions.SelectMany(function => function.Node)).Any(node =>
            node.OpType == "Resize" && node.Attribute.All(attribute => attribute.S.ToStringUtf8() != "nearest"));
        long side = sample.Inputs.Concat(sample.Expected).SelectMany(tensor => tensor.Shape.Skip(1)).Append(0).Max();
        return interpolates ? Math.Min(side * MostRoundingPerElement, MostRelativeRounding) : 0;
    }

    private static int[] Unproven(IEnumerable<int> outputs, IReadOnlyList<Trial> trials) =>
        [.. outputs.Where(output => !Trial.Proves(trials, output))];

    // Leaves out outputs that depend only on the sizes of the inputs, for which equality is sufficient.
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

    private IReadOnlyList<GraphTensor>? Expected(IReadOnlyList<GraphTensor> inputs, out string? rejection)
    {
        using var gradients = GradientMode.For(_request.Module);
        using var scope = torch.NewDisposeScope();
        using var pass = _request.State.Enter(isReset: false);
        rejection = null;
        try
        {
            var result = ModelCall.Run(_request.Module, ToTorch(inputs).Arguments);
            return [.. ModelInputs.Flatten(result).Select(TensorCopy.ToManaged)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            rejection = $"the module rejects these values: {e.Message.Split('\n')[0].TrimEnd('.')}. "
                + "Give its inputs values that it accepts with InputGenerators";
            return null;
        }
    }

    // The scale of an output is at least the median over all samples, because a sample may have only a few small
    // elements.
    private IEnumerable<Trial> Try(LoadedGraph graph, List<Sample> samples)
    {
        double[] scales = [.. Exported.Model.Graph.Output.Index().Select(output => Median(samples
            .Select(sample => sample.Expected.ElementAtOrDefault(output.Index)).OfType<GraphTensor>()
            .Select(Comparison.Largest)))];
        foreach (var trial in samples.Select(Compare))
        {
            if (trial.Passed || !IsRounding(trial)) yield return trial;
            // Extreme inputs whose results differ by rounding are left out.
            else if (trial.Sample.Near is null) yield return trial.AsPassed();
        }

        Trial Compare(Sample sample)
        {
            if (sample.Rejection is { } rejection) return new(sample, [Comparison.Failed(rejection)]);
            return new(sample, graph.TryRun(sample.Inputs, out var outputs, out string? failure)
                ? [.. Exported.Model.Graph.Output.Zip(sample.Expected, scales).Select(output => Comparison.Of(
                    outputs[output.First.Name], output.Second,
                    _request.Options.Relative, _request.Options.Scale, output.Third))]
                : [Comparison.Failed(failure)]);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.ElementAtOrDefault(sorted.Length / 2);
    }

    private ModelInputs ToTorch(IReadOnlyList<GraphTensor> inputs) =>
        _request.Example.With(inputs.Select(input => TensorCopy.ToTorch(input).to(_device)));
}
