using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>Contains what a pass computed differently from the example's pass.</summary>
internal sealed class NumberDifferences
{
    private readonly Dictionary<int, NumberStep> _changed = [];
    private readonly HashSet<NumberSite> _sites;

    private NumberDifferences(HashSet<NumberSite> sites) => _sites = sites;

    /// <summary>Gets the indices of the example's steps with other numbers.</summary>
    public IEnumerable<int> Indices => _changed.Keys;

    /// <summary>
    /// Gets the index of the example's step from which the pass has other steps, and a step of the longer one;
    /// <see langword="null"/> if there is none.
    /// </summary>
    public (int Index, NumberStep Step)? Fork { get; private set; }

    /// <summary>Compares two passes. Only the numbers that differ stay in memory.</summary>
    public static NumberDifferences Of(IReadOnlyList<NumberStep> example, IReadOnlyList<NumberStep> pass)
    {
        var differences = new NumberDifferences([.. pass.Select(step => step.Site)]);
        HashSet<NumberSite> sites = [.. example.Select(step => step.Site)];
        // Code that runs in one of the passes only, such as the first use of a lazy value, is left out. The condition
        // before it isn't.
        int here = Next(example, 0, differences._sites), there = Next(pass, 0, sites);
        while (here < example.Count && there < pass.Count && example[here].Site == pass[there].Site)
        {
            if (!example[here].IsSame(pass[there])) differences._changed[here] = pass[there];
            here = Next(example, here + 1, differences._sites);
            there = Next(pass, there + 1, sites);
        }
        if (here < example.Count) differences.Fork = (here, example[here]);
        else if (there < pass.Count) differences.Fork = (here, pass[there]);
        return differences;
    }

    /// <summary>
    /// Returns the pass's step for one of the example, or <see langword="null"/> if the pass didn't run it.
    /// </summary>
    public NumberStep? Find(int index, NumberStep step) => !_sites.Contains(step.Site) ? null
        : _changed.TryGetValue(index, out var changed) ? changed
        : step;

    private static int Next(IReadOnlyList<NumberStep> steps, int index, HashSet<NumberSite> sites)
    {
        while (index < steps.Count && !sites.Contains(steps[index].Site)) index++;
        return index;
    }
}
