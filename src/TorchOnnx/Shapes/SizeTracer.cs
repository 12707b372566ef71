using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;

namespace TorchOnnx.Shapes;

/// <summary>Represents the result of tracing a module at several sizes.</summary>
internal abstract record TraceResult
{
    private TraceResult() { }

    /// <summary>Represents a trace. Its recording may contain refused calls.</summary>
    /// <param name="Recording">The recording of the example, with its dynamic sizes.</param>
    /// <param name="Sizes">
    /// The open dimensions, starting from the sizes of the inputs that were resized for the other passes.
    /// </param>
    /// <param name="FarSizes">
    /// For each open dimension, the size far above the example's at which the module ran, in steps of
    /// <see cref="DynamicDimension.MultipleOf"/>.
    /// </param>
    /// <param name="Formulas">
    /// The numbers that forward computes from sizes, or <see langword="null"/> if the recording contains refused calls.
    /// </param>
    internal sealed record Traced(
        Recording Recording, DynamicSizes Sizes, IReadOnlyDictionary<string, long> FarSizes,
        NumberFormulas? Formulas = null) : TraceResult
    {
        /// <summary>
        /// Gets random inputs near the example's sizes with their results, if passes are costly. The verification
        /// uses them instead of running the module again.
        /// </summary>
        public IReadOnlyList<Sample> Samples { get; init; } = [];

        /// <summary>
        /// Gets the refusal of the trace before its conditions were decided, or <see langword="null"/> if there were no
        /// conditions.
        /// </summary>
        public Refused? Undecided { get; init; }
    }

    /// <summary>
    /// Represents recordings that differ in more than sizes, or a size that the module doesn't accept.
    /// </summary>
    /// <param name="Problems">The problems.</param>
    internal sealed record Refused(IReadOnlyList<OnnxExportProblem> Problems) : TraceResult;
}

/// <summary>
/// Traces a module with the example and at sizes near, below and far above it, and aligns the recordings. The other
/// passes of a large module start from smaller sizes if it accepts them.
/// </summary>
internal sealed class SizeTracer
{
    private const int MostExtraPasses = 4;
    private const int MostTries = 3;

    private readonly ExportRequest _request;
    private readonly IReadOnlyList<DecidedOutcome> _decided;
    private readonly List<(string Description, Recording Recording)> _passes = [];
    private readonly List<NumberDifferences> _differences = [];
    private readonly Dictionary<string, long> _farSizes = [];
    private readonly List<Sample> _samples = [];
    private InputSampler? _sampler;
    private (ModelInputs Inputs, DynamicSizes Sizes) _start;
    private Func<IReadOnlyList<DecidedOutcome>?> _decide = () => null;
    private bool _hasConditions;

    private SizeTracer(ExportRequest request, IReadOnlyList<DecidedOutcome> decided) =>
        (_request, _decided, _start) = (request, decided, (request.Example, request.Sizes));

    public static TraceResult Trace(ExportRequest request)
    {
        var tracer = new SizeTracer(request, []);
        TraceResult.Refused? undecided = null;
        while (true)
        {
            var result = tracer.Trace();
            if (result is TraceResult.Traced traced) return traced with { Undecided = undecided };
            // The remaining problems don't come from a condition, so they come from the branch that was chosen.
            if (!tracer._hasConditions && undecided is not null) return undecided;
            if (tracer._decide() is not { } decided) return result;
            undecided = (TraceResult.Refused)result;
            tracer = new(request, [.. tracer._decided, .. decided]);
        }
    }

    private TraceResult Trace()
    {
        var example = Record(_request.Example);
        // The translation still lists the problems of the other calls.
        if (example.Refusals.Count > 0) return new TraceResult.Traced(example, _request.Sizes, _farSizes);
        _passes.Add(("the example", example));
        Reduce();
        var problems = RecordOthers();
        return problems.Count > 0 ? new TraceResult.Refused(problems) : Align();
    }

    // Starts the other passes from the smallest sizes at which the module makes the calls of the example. A size of 1,
    // for example, can make a copy unnecessary.
    private void Reduce()
    {
        foreach (var steps in _request.Sizes.Reduced())
        {
            var inputs = _request.Sizes.With(_request.Example, steps);
            if (!TryAdd(_request.Sizes.Describe(steps), inputs)) continue;
            _start = (inputs, _request.Sizes.From(inputs));
            return;
        }
    }

    // Adds a pass if it makes the calls of the example.
    private bool TryAdd(string description, ModelInputs inputs)
    {
        var pass = Record(inputs);
        if (pass.Refusals.Count > 0 || !Alignment.HaveSameCalls(_passes[0].Recording, pass)) return false;
        Add(description, pass);
        return true;
    }

    private void Add(string description, Recording pass)
    {
        _differences.Add(NumberDifferences.Of(_passes[0].Recording.Steps, pass.Steps));
        _passes.Add((description, pass with { Steps = [] }));
    }

    private TraceResult Align()
    {
        var result = Align(out var separating);
        for (int extra = 0; extra < MostExtraPasses && TryRecord(separating); extra++) result = Align(out separating);
        return result;
    }

    // Two computations may be equal in all passes, such as T % 32 and T. A pass in which they differ tells their
    // results apart.
    private bool TryRecord(IReadOnlyList<IReadOnlyDictionary<string, long>> separating)
    {
        var (inputs, from) = _start;
        long own = from.Elements(from.Names.ToDictionary(name => name, from.Steps));
        return separating.Select(sizes => sizes.ToDictionary(
                size => size.Key, size => size.Value / from.Multiple(size.Key)))
            .Where(steps => from.Elements(steps) <= from.MostElements)
            .OrderBy(steps => Math.Abs(from.Elements(steps) - own)).Take(MostTries)
            .Any(steps => Record(from.Describe(steps), from.With(inputs, steps), mayReject: true, "")
                is { Count: 0 });
    }

    private TraceResult Align(out IReadOnlyList<IReadOnlyDictionary<string, long>> separating)
    {
        IReadOnlyList<Recording> passes = [.. _passes.Select(pass => pass.Recording)];
        var steps = passes[0].Steps;
        var samples = SizeSamples.Of(_request.Sizes, NumberAlignment.Constants(steps, _differences));
        var formulas = NumberFormulas.Of(_request.Sizes, samples, passes);
        var numbers = new NumberAlignment(
            steps, _differences, formulas, _request.Sizes, samples,
            _decided.Select(outcome => outcome.Site).ToHashSet());
        bool isOpen = _request.Sizes.Names.Count > 0;
        var problems = isOpen ? numbers.Align() : [];
        _hasConditions = numbers.Changing.Count > 0;
        _decide = () => new BranchComparison(_request, _decided, numbers.Changing, samples).Decide(steps);
        separating = [.. numbers.Separating.Select(samples.At)];
        if (problems.Count == 0) problems = new Alignment(_passes, formulas).Align();
        if (problems.Count > 0 && separating.Count == 0 && isOpen) problems = Varying(passes[0]) ?? problems;
        if (problems.Count == 0 && isOpen && numbers.Fork is { } fork) problems = [fork];
        return problems.Count > 0
            ? new TraceResult.Refused(problems)
            : new TraceResult.Traced(passes[0], _start.Sizes, _farSizes, formulas) { Samples = _samples };
    }

    // Compares two passes of the same sizes. A difference between them doesn't come from the sizes.
    private IReadOnlyList<OnnxExportProblem>? Varying(Recording example)
    {
        var other = Record(_request.Sizes.Rotated(_request.Example));
        if (other.Refusals.Count > 0) return null;
        var formulas = NumberFormulas.Of(_request.Sizes, SizeSamples.Of(_request.Sizes, []), [example, other]);
        var problems = new Alignment([("the example", example), ("other elements", other)], formulas).Align();
        return problems.Count > 0 ? problems : null;
    }

    private IReadOnlyList<OnnxExportProblem> RecordOthers()
    {
        var (start, sizes) = _start;
        foreach (var (description, shapes) in sizes.Near())
        {
            string remedy = "export the dimension as a static one (DynamicBatch = false for the batch), "
                + (_request.Example.Tensors.Count == 1
                    ? "or set its MultipleOf"
                    : "set its MultipleOf, or, if dimension 0 of an input isn't the batch, name its batch dimension "
                        + $"'{_request.Options.BatchDimensionName}' in DynamicDimensions");
            var problems = RecordSample(description, shapes)
                ?? Record(description, sizes.With(start, shapes), mayReject: false, remedy)!;
            if (problems.Count > 0) return problems;
        }
        if (_request.Options.DataDependentShapes)
        {
            foreach (var inputs in sizes.Redrawn(start))
            {
                if (Record("other elements", inputs, mayReject: false, "give an example with other elements")
                    is { Count: > 0 } problems)
                {
                    return problems;
                }
            }
        }
        foreach (var (description, mayReject, inputs) in sizes.Together(start))
        {
            if (Record(description, inputs, mayReject, "give another example") is not { } problems) continue;
            if (problems.Count > 0) return problems;
            break;
        }
        foreach (string name in sizes.Names)
        {
            if (RecordAway(name) is { Count: > 0 } problems) return problems;
        }
        return [];
    }

    // Records random inputs, and keeps the results for the verification. Returns null if passes aren't costly, if the
    // outcomes of conditions were chosen, so that the results aren't the module's own, or if the module rejects the
    // inputs.
    private IReadOnlyList<OnnxExportProblem>? RecordSample(string description, IReadOnlyList<long[]> shapes)
    {
        if (!_start.Sizes.IsCostly || _decided.Count > 0) return null;
        var example = _request.Example.Tensors;
        _sampler ??= new(
            [.. example.Select(TensorCopy.ToManaged)], [.. example.Select(tensor => tensor.dtype)],
            _request.Options.InputGenerators);
        var drawn = _sampler.Draw(shapes);
        var inputs = _request.Example.With(drawn.Select(tensor => TensorCopy.ToTorch(tensor).to(example[0].device)));
        if (Record(description, inputs, mayReject: true, "", keepResults: true) is not { } problems) return null;
        if (problems.Count == 0)
        {
            var pass = _passes[^1].Recording;
            GraphTensor[] results = [.. pass.Results.OfType<GraphTensor>()];
            if (results.Length == pass.Outputs.Count) _samples.Add(new(description, drawn, results));
        }
        return problems;
    }

    // Without a declared maximum, use the largest size that the module accepts. A position embedding, for example,
    // limits the length of a sequence.
    private IReadOnlyList<OnnxExportProblem> RecordAway(string name)
    {
        var sizes = _start.Sizes;
        if (sizes.Below(name) is { } below)
        {
            if (Record(name, below, mayReject: true) is { Count: > 0 } problems) return problems;
            // Shows what slices cut off. A chunk of one element, for example, returns fewer tensors.
            long smallest = sizes.Smallest(name);
            if (!sizes.IsCostly && smallest < below)
            {
                TryAdd($"{name} = {smallest * sizes.Multiple(name)}", sizes.With(_start.Inputs, name, smallest));
            }
        }
        foreach (long steps in sizes.Far(name))
        {
            if (Record(name, steps, mayReject: sizes.Largest(name) is null) is not { } found) continue;
            _farSizes[name] = steps;
            return found;
        }
        return [];
    }

    private IReadOnlyList<OnnxExportProblem>? Record(string name, long steps, bool mayReject) => Record(
        $"{name} = {steps * _start.Sizes.Multiple(name)}", _start.Sizes.With(_start.Inputs, name, steps), mayReject,
        "set the dimension's Max to a size that the module accepts");

    /// <returns>
    /// The problems, or <see langword="null"/> if the module rejects the sizes and <paramref name="mayReject"/> is
    /// true.
    /// </returns>
    private IReadOnlyList<OnnxExportProblem>? Record(
        string description, ModelInputs inputs, bool mayReject, string remedy, bool keepResults = false)
    {
        var pass = Record(inputs, keepResults);
        if (mayReject && pass.IsOnlyRejected) return null;
        if (pass.Refusals.Count == 0) Add(description, pass);
        if (_request.Example.Tensors.Any(tensor => !tensor.is_floating_point()))
        {
            remedy += "; or give its inputs values that it accepts with InputGenerators";
        }
        return pass.IsOnlyRejected
            ? [pass.Problems.Single() with
            {
                Remedy = $"The module accepts the example but not {description}: {remedy}",
            }]
            : [.. pass.Problems];
    }

    private Recording Record(ModelInputs inputs, bool keepResults = false) => Tracer.Record(
        _request.Module, _request.State, inputs, _request.Options.Converters, keepResults: keepResults,
        repeated: new(_decided));
}
