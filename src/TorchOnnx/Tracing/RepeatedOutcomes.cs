namespace TorchOnnx.Tracing;

/// <summary>Gives conditions the outcomes that they had in other passes, in the same order.</summary>
/// <param name="outcomes">The conditions and their outcomes.</param>
internal sealed class RepeatedOutcomes(IEnumerable<DecidedOutcome> outcomes)
{
    private readonly Dictionary<NumberSite, Queue<bool>> _outcomes = outcomes.GroupBy(outcome => outcome.Site)
        .ToDictionary(group => group.Key, group => new Queue<bool>(group.Select(outcome => outcome.IsTrue)));

    /// <summary>Returns a value that indicates whether an outcome must be inverted.</summary>
    /// <exception cref="InvalidOperationException">The condition ran more often than in the other pass.</exception>
    public bool Inverts(NumberSite site, bool outcome)
    {
        if (!_outcomes.TryGetValue(site, out var outcomes)) return false;
        return outcomes.TryDequeue(out bool other)
            ? other != outcome
            : throw new InvalidOperationException("A condition on sizes runs more often at other sizes");
    }
}

/// <summary>Represents the chosen outcome of a condition, once for each time that the condition runs.</summary>
internal readonly record struct DecidedOutcome(NumberSite Site, bool IsTrue);
