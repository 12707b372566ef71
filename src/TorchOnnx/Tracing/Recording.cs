namespace TorchOnnx.Tracing;

/// <summary>One forward pass: the leaf calls in their order, and what could not be followed, in its place among them.</summary>
internal sealed record Recording(
    IReadOnlyList<RecordedValue> Inputs,
    IReadOnlyList<RecordedValue> Outputs,
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlyList<(int CallIndex, OnnxExportProblem Problem)> Refusals)
{
    /// <summary>Whether the forward threw, and nothing else is wrong: it does not take these inputs.</summary>
    public bool IsOnlyRejected { get; init; }

    public IEnumerable<OnnxExportProblem> Problems => Refusals.Select(refusal => refusal.Problem);
}
