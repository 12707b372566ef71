using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchSharp;

namespace TorchOnnx.Shapes;

/// <summary>Runs the module at other sizes than the example's: just beside them, below, and well above.</summary>
internal sealed class MovedPasses(IFront front, ExportJob job)
{
    private const string Static =
        "export that dimension as a static one (DynamicBatch = false for the batch), or give its MultipleOf";

    private readonly List<(string Description, Recording Recording)> _passes = [];

    /// <summary>The passes that stand, the one with the example first.</summary>
    public IReadOnlyList<(string Description, Recording Recording)> Passes => _passes;

    /// <summary>Records all passes.</summary>
    /// <returns>Why one of them cannot be recorded; empty when all were.</returns>
    public IReadOnlyList<OnnxExportProblem> Record(Recording example)
    {
        _passes.Add(("the example", example));
        foreach (var (description, inputs) in job.Sizes.Near(job.Example))
            if (Refused(description, inputs, mayReject: false, Static) is { Count: > 0 } refused) return refused;
        foreach (string name in job.Sizes.Names)
            if (RecordAway(name) is { Count: > 0 } refused) return refused;
        return [];
    }

    // A module has limits that its user knows and never goes to: a table of positions has an end. So where no limit is
    // declared, the farthest size that the module takes is the one that is looked at.
    private IReadOnlyList<OnnxExportProblem> RecordAway(string name)
    {
        if (job.Sizes.Below(name) is { } below && Refused(name, below, mayReject: true) is { Count: > 0 } smaller) return smaller;
        foreach (long steps in job.Sizes.Far(name))
        {
            if (Refused(name, steps, mayReject: job.Sizes.Largest(name) is null) is not { } refused) continue;
            job.Sizes.Reached(name, steps);
            return refused;
        }
        return [];
    }

    private IReadOnlyList<OnnxExportProblem>? Refused(string name, long steps, bool mayReject) => Refused(
        $"{name} = {steps * job.Sizes.Multiple(name)}", job.Sizes.With(job.Example, name, steps), mayReject,
        "give the dimension a Max that the module accepts");

    // Null where the module does not take the sizes and need not.
    private IReadOnlyList<OnnxExportProblem>? Refused(string description, ModelInputs inputs, bool mayReject, string remedy)
    {
        var pass = front.Record(job.Module, inputs, job.Options.Converters, ValuesKept.None);
        if (mayReject && pass.IsOnlyRejected) return null;
        if (pass.Refusals.Count == 0) _passes.Add((description, pass));
        return pass.IsOnlyRejected
            ? [pass.Problems.Single() with { Remedy = $"With {description} it does not run as it does with the example: {remedy}" }]
            : [.. pass.Problems];
    }
}
