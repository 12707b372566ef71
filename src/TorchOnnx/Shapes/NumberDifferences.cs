using TorchOnnx.Tracing;

namespace TorchOnnx.Shapes;

/// <summary>Contains the computations of a pass that differ from the example's pass.</summary>
internal sealed class NumberDifferences
{
    private readonly Dictionary<int, NumberStep> _changed = [];
    private readonly HashSet<NumberSite> _sites;

    private NumberDifferences(HashSet<NumberSite> sites) => _sites = sites;

    /// <summary>Gets the indices of the example's steps whose numbers differ in the pass.</summary>
    public IEnumerable<int> Indices => _changed.Keys;

    /// <summary>
    /// Gets the index of the first step at which the pass runs another computation than the example, with the example's
    /// step or, after its end, the step of the pass. <see langword="null"/> if both run the same steps.
    /// </summary>
    public (int Index, NumberStep Step)? Fork { get; private set; }

    /// <summary>Compares two passes. Only the numbers that differ stay in memory.</summary>
    public static NumberDifferences Of(IReadOnlyList<NumberStep> example, IReadOnlyList<NumberStep> pass)
    {
        var differences = new NumberDifferences([.. pass.Select(step => step.Site)]);
        HashSet<NumberSite> sites = [.. example.Select(step => step.Site)];
        // Skips code that runs in only one of the passes, such as the first use of a lazy value. The condition before
        // that code is compared.
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
    /// Returns the step of the pass for a step of the example, or <see langword="null"/> if the pass didn't run it.
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
