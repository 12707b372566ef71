namespace TorchOnnx.Tracing;

/// <summary>Repeats the outcomes that conditions had in another pass, in the same order.</summary>
/// <param name="steps">The conditions in the other pass.</param>
internal sealed class RepeatedOutcomes(IEnumerable<NumberStep> steps)
{
    private readonly Dictionary<NumberSite, Queue<bool>> _outcomes = steps.GroupBy(step => step.Site).ToDictionary(
        group => group.Key, group => new Queue<bool>(group.Select(step => step.Result != 0)));

    /// <summary>Returns a value that indicates whether an outcome must be inverted.</summary>
    public bool Inverts(NumberSite site, bool outcome) =>
        _outcomes.TryGetValue(site, out var outcomes) && outcomes.TryDequeue(out bool other) && other != outcome;
}
