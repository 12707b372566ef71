using TorchOnnx.Graph;
using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>Represents the result of tracing a module at several sizes.</summary>
internal abstract record TraceResult
{
    private TraceResult() { }

    /// <summary>Represents a trace. Its recording may contain refused calls.</summary>
    /// <param name="Recording">The recording of the example, with its dynamic sizes.</param>
    /// <param name="FarSizes">
    /// For each open dimension, the size far above the example's at which the module ran, in steps of
    /// <see cref="DynamicDimension.MultipleOf"/>.
    /// </param>
    internal sealed record Traced(Recording Recording, IReadOnlyDictionary<string, long> FarSizes) : TraceResult;

    /// <summary>
    /// Represents recordings that differ in more than sizes, or a size that the module doesn't accept.
    /// </summary>
    /// <param name="Problems">The problems.</param>
    internal sealed record Refused(IReadOnlyList<OnnxExportProblem> Problems) : TraceResult;
}

/// <summary>
/// Traces a module with the example and at sizes near, below and far above it, and aligns the recordings.
/// </summary>
internal sealed class SizeTracer(ExportRequest request)
{
    private readonly List<(string Description, Recording Recording)> _passes = [];
    private readonly Dictionary<string, long> _farSizes = [];

    public TraceResult Trace()
    {
        var example = Record(request.Example);
        // The translation still lists the problems of the other calls.
        if (example.Refusals.Count > 0) return new TraceResult.Traced(example, _farSizes);
        _passes.Add(("the example", example));
        var problems = RecordOthers();
        if (problems.Count == 0) problems = new Alignment(_passes).Align();
        if (problems.Count > 0 && request.Sizes.Names.Count > 0) problems = Varying(example) ?? problems;
        return problems.Count > 0 ? new TraceResult.Refused(problems) : new TraceResult.Traced(example, _farSizes);
    }

    // A difference between passes of the same sizes doesn't come from the sizes.
    private IReadOnlyList<OnnxExportProblem>? Varying(Recording example)
    {
        var other = Record(request.Sizes.Rotated(request.Example));
        if (other.Refusals.Count > 0) return null;
        var problems = new Alignment([("the example", example), ("other elements", other)]).Align();
        return problems.Count > 0 ? problems : null;
    }

    private IReadOnlyList<OnnxExportProblem> RecordOthers()
    {
        foreach (var (description, inputs) in request.Sizes.Near(request.Example))
        {
            const string remedy =
                "export the dimension as a static one (DynamicBatch = false for the batch), or set its MultipleOf";
            if (Record(description, inputs, mayReject: false, remedy) is { Count: > 0 } problems) return problems;
        }
        if (request.Options.DataDependentShapes)
        {
            foreach (var inputs in DynamicSizes.Redrawn(request.Example))
            {
                if (Record("other elements", inputs, mayReject: false, "give an example with other elements")
                    is { Count: > 0 } problems)
                {
                    return problems;
                }
            }
        }
        foreach (string name in request.Sizes.Names)
        {
            if (RecordAway(name) is { Count: > 0 } problems) return problems;
        }
        return [];
    }

    // Without a declared maximum, use the largest size that the module accepts. A position embedding, for example,
    // limits the length of a sequence.
    private IReadOnlyList<OnnxExportProblem> RecordAway(string name)
    {
        if (request.Sizes.Below(name) is { } below && Record(name, below, mayReject: true) is { Count: > 0 } problems)
        {
            return problems;
        }
        foreach (long steps in request.Sizes.Far(name))
        {
            if (Record(name, steps, mayReject: request.Sizes.Largest(name) is null) is not { } found) continue;
            _farSizes[name] = steps;
            return found;
        }
        return [];
    }

    private IReadOnlyList<OnnxExportProblem>? Record(string name, long steps, bool mayReject) => Record(
        $"{name} = {steps * request.Sizes.Multiple(name)}", request.Sizes.With(request.Example, name, steps), mayReject,
        "set the dimension's Max to a size that the module accepts");

    /// <returns>
    /// The problems, or <see langword="null"/> if the module rejects the sizes and <paramref name="mayReject"/> is
    /// true.
    /// </returns>
    private IReadOnlyList<OnnxExportProblem>? Record(
        string description, ModelInputs inputs, bool mayReject, string remedy)
    {
        var pass = Record(inputs);
        if (mayReject && pass.IsOnlyRejected) return null;
        if (pass.Refusals.Count == 0) _passes.Add((description, pass));
        return pass.IsOnlyRejected
            ? [pass.Problems.Single() with
            {
                Remedy = $"The module accepts the example but not {description}: {remedy}",
            }]
            : [.. pass.Problems];
    }

    private Recording Record(ModelInputs inputs) =>
        Tracer.Record(request.Module, request.State, inputs, request.Options.Converters);
}
