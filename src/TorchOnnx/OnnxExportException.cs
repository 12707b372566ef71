namespace TorchOnnx;

/// <summary>A module could not be exported, or its graph did not give the module's results.</summary>
/// <param name="problems">All problems that were found, in the order of the forward pass; at least one.</param>
/// <param name="report">The verification that failed, or null where it never came to one.</param>
public sealed class OnnxExportException(
    IReadOnlyList<OnnxExportProblem> problems, VerificationReport? report = null)
    : Exception(Describe(problems))
{
    /// <summary>All problems that were found, in the order of the forward pass; at least one.</summary>
    public IReadOnlyList<OnnxExportProblem> Problems { get; } = problems;

    /// <summary>The verification that failed, or null where the export never came to one.</summary>
    public VerificationReport? Report { get; } = report;

    private static string Describe(IReadOnlyList<OnnxExportProblem> problems) => problems.Count == 1
        ? $"The module cannot be exported: {problems[0]}"
        : $"The module cannot be exported, for {problems.Count} reasons:"
            + string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"));
}
