using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;

namespace TorchOnnx.Shapes;

/// <summary>
/// Determines whether one branch of a condition on sizes gives the right results at all sizes. Examples are branches
/// that skip the mask for a single token, a padding by 0, a resize to the same size, or a slice of all elements.
/// </summary>
/// <remarks>
/// The module runs at sizes at which each condition and each pair of conditions has each of its outcomes, and again
/// with conditions forced to one outcome. The results must be equal. If a branch that is left out contains conditions
/// on sizes, both outcomes of these must occur. The chosen branches are then traced and verified at all sizes.
/// </remarks>
/// <param name="request">The request.</param>
/// <param name="decided">The conditions that are already decided, with their outcomes.</param>
/// <param name="changing">The conditions whose outcome changes, each with its outcome at every sample.</param>
/// <param name="samples">The samples.</param>
internal sealed class BranchComparison(
    ExportRequest request, IReadOnlyList<DecidedOutcome> decided,
    IReadOnlyList<(NumberSite Site, double[] Outcomes)> changing, SizeSamples samples)
{
    private const int MostSizes = 8, MostCostlySizes = 4, LeastSizes = 2, LeastTries = 3;
    private const float LargeInputs = 1000;

    private readonly List<ModulePass> _passes = [];
    private bool _isRefused;

    /// <summary>
    /// Returns conditions with the outcomes that give the right results at all sizes, or <see langword="null"/> if not
    /// found.
    /// </summary>
    /// <param name="example">The computations with the example.</param>
    public IReadOnlyList<DecidedOutcome>? Decide(IReadOnlyList<NumberStep> example)
    {
        if (changing.Count == 0 || !RunModule() || _isRefused) return null;
        NumberSite[] sites = [.. changing.Select(condition => condition.Site).Distinct()];
        List<DecidedOutcome[]> outcomes = [Of(example)];
        foreach (var pass in Enumerable.Reverse(_passes))
        {
            if (!outcomes.Exists(known => known.SequenceEqual(Of(pass.Steps)))) outcomes.Add(Of(pass.Steps));
        }
        if (outcomes.Find(Agrees) is { } all) return all;
        List<DecidedOutcome> chosen = [];
        foreach (var site in sites)
        {
            bool[][] own = [.. outcomes.Select(pass => (bool[])
                [.. pass.Where(outcome => outcome.Site == site).Select(outcome => outcome.IsTrue)])];
            own = [.. own.Where(pass => pass.Length == own[0].Length)];
            var uniform = from isTrue in (bool[])[true, false]
                          select own[0].Select((_, index) => new DecidedOutcome(
                              site, Array.Exists(own, pass => pass[index] == isTrue) ? isTrue : !isTrue));
            if (uniform.FirstOrDefault(other => Agrees([.. chosen, .. other])) is { } found) chosen.AddRange(found);
        }
        return chosen.Count > 0 ? chosen : null;

        DecidedOutcome[] Of(IReadOnlyList<NumberStep> steps) => [.. steps.Where(step => sites.Contains(step.Site))
            .Select(step => new DecidedOutcome(step.Site, step.Result != 0))];
    }

    // Runs the module at sizes at which each pair of conditions has each of its outcomes. Returns false if the module
    // accepts no such size, because outcomes that were never tried may change the results.
    private bool RunModule()
    {
        var affordable = Enumerable.Range(0, samples.Count).Select(index => (Index: index, Steps: StepsOf(index)))
            .Where(sample => request.Sizes.Elements(sample.Steps) <= request.Sizes.MostElements)
            .OrderBy(sample => request.Sizes.Elements(sample.Steps)).ToList();
        int each = Math.Max(
            LeastSizes, (request.Sizes.IsCostly ? MostCostlySizes : MostSizes) / changing.Count);
        List<int> chosen = [];
        HashSet<int> varied = [];
        var pairs = from first in changing.Index()
                    from second in changing.Take(first.Index + 1)
                    select (Left: first.Item.Outcomes, Right: second.Outcomes);
        return pairs.All(pair => Enumerable.Range(0, samples.Count)
            .GroupBy(index => (Left: pair.Left[index], Right: pair.Right[index]))
            .Where(group => !double.IsNaN(group.Key.Left + group.Key.Right))
            .All(group => TryChoose(group.ToHashSet(), ReferenceEquals(pair.Left, pair.Right))));

        bool TryChoose(HashSet<int> members, bool isSingle)
        {
            var among = affordable.FindAll(sample => members.Contains(sample.Index));
            int count = isSingle ? each : 1, found = chosen.Count(members.Contains);
            // Tries the smallest and the largest sizes and some between them, then others for those that are rejected.
            int tries = Math.Max(LeastTries, 2 * count - 1);
            var tried = among.Count <= tries ? among : [.. Enumerable.Range(0, tries).OrderBy(index => index % 2)
                .Select(index => among[index * (among.Count - 1) / (tries - 1)])];
            foreach (var (index, steps) in tried)
            {
                if (found == count) break;
                if (chosen.Contains(index) || !TryRun(steps, null)) continue;
                chosen.Add(index);
                found++;
            }
            if (found > 0 && isSingle && chosen.Find(members.Contains) is var least && varied.Add(least))
            {
                var steps = StepsOf(least);
                TryRun(steps, LargeInputs);
                // Conditions within the branch may depend on the other sizes.
                foreach (string name in request.Sizes.Names)
                {
                    long other = steps[name] + (steps[name] == request.Sizes.Largest(name) ? -1 : 1);
                    TryRun(new Dictionary<string, long>(steps) { [name] = other }, null);
                }
            }
            return found > 0;
        }

        Dictionary<string, long> StepsOf(int sample) => samples.At(sample).ToDictionary(
            size => size.Key, size => size.Value / request.Sizes.Multiple(size.Key));
    }

    // Returns false if the module rejects the sizes.
    private bool TryRun(Dictionary<string, long> steps, float? factor)
    {
        var inputs = Draw(steps, factor);
        var pass = Record(inputs, []);
        // A branch that cannot be traced cannot be compared.
        _isRefused |= pass.Refusals.Count > 0 && !pass.IsOnlyRejected;
        if (pass.Refusals.Count > 0) return false;
        var after = decided.Count == 0 ? pass : Record(inputs, decided);
        _passes.Add(new(inputs, pass.Results, after.Steps));
        return true;
    }

    private bool Agrees(IReadOnlyList<DecidedOutcome> outcomes)
    {
        List<NumberStep> own = [];
        return outcomes.Count > 0 && _passes.TrueForAll(AgreesOn)
            && own.GroupBy(step => (step.Site, step.Caller?.Site)).All(IsTried);

        bool AgreesOn(ModulePass pass)
        {
            var other = Record(pass.Inputs, [.. decided, .. outcomes]);
            var known = other.Steps.Select(step => (step.Site, step.Left, step.Right)).ToHashSet();
            own.AddRange(pass.Steps.Where(step =>
                step.Site.IsCondition && !known.Contains((step.Site, step.Left, step.Right))));
            return other.Refusals.Count == 0 && pass.Results.Count == other.Results.Count
                && pass.Results.Zip(other.Results).All(pair => AreEqual(pair.First, pair.Second));
        }
    }

    // The branch's own conditions don't depend on the sizes, or both outcomes were tried.
    private static bool IsTried(IEnumerable<NumberStep> steps)
    {
        var first = steps.First();
        return steps.All(step => step.IsSame(first)) || (first.Site.Operation < NumberOperation.Switch
            && steps.Select(step => step.Result != 0).Distinct().Count() > 1);
    }

    private bool AreEqual(GraphTensor? left, GraphTensor? right) => left is not null && right is not null
        && (!Comparison.HasFinite(left)
            || Comparison.Of(right, left, request.Options.Relative, request.Options.Scale).Passed);

    private ModelInputs Draw(Dictionary<string, long> steps, float? factor)
    {
        var example = request.Example.Tensors;
        var sampler = new InputSampler(
            [.. example.Select(TensorCopy.ToManaged)], [.. example.Select(tensor => tensor.dtype)],
            request.Options.InputGenerators);
        var drawn = sampler.Draw(
            request.Sizes.Shapes(name => steps[name]), factor is { } scale ? value => value * scale : null);
        return request.Example.With(drawn.Select(input => TensorCopy.ToTorch(input).to(example[0].device)));
    }

    private Recording Record(ModelInputs inputs, IReadOnlyList<DecidedOutcome> outcomes) => Tracer.Record(
        request.Module, request.State, inputs, request.Options.Converters, keepResults: true, repeated: new(outcomes));

    // The module's results and computations at other sizes.
    private sealed record ModulePass(
        ModelInputs Inputs, IReadOnlyList<GraphTensor?> Results, IReadOnlyList<NumberStep> Steps);
}
