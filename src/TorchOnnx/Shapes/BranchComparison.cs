using TorchOnnx.Graph;
using TorchOnnx.Tracing;
using TorchOnnx.Verification;

namespace TorchOnnx.Shapes;

/// <summary>
/// Determines whether one branch of a condition on sizes gives the right results at all sizes. Examples are branches
/// that skip the mask for a single token, a padding by 0, or a slice of all elements.
/// </summary>
/// <remarks>
/// The module runs at sizes at which each condition takes the other branch, and again with the conditions decided. The
/// results must be equal. If the other branch contains conditions on sizes, both outcomes must occur. The chosen branch
/// is then traced and verified at all sizes.
/// </remarks>
/// <param name="request">The request.</param>
/// <param name="decided">The conditions that are already decided, with their outcomes.</param>
/// <param name="example">The computations with the example.</param>
internal sealed class BranchComparison(
    ExportRequest request, IReadOnlyList<NumberStep> decided, IReadOnlyList<NumberStep> example)
{
    private const int MostSizes = 8, MostCostlySizes = 4, LeastSizes = 2;
    private const float LargeInputs = 1000;

    /// <summary>
    /// Returns the conditions with the outcomes of the branch that gives the right results at all sizes, or
    /// <see langword="null"/> if neither branch does.
    /// </summary>
    /// <param name="changing">
    /// The conditions, each with the samples at which its outcome differs from the example's.
    /// </param>
    /// <param name="samples">The samples.</param>
    public IReadOnlyList<NumberStep>? Decide(
        IReadOnlyList<(NumberSite Site, IReadOnlyList<int> Samples)> changing, SizeSamples samples)
    {
        if (changing.Count == 0) return null;
        var sites = changing.Select(condition => condition.Site).ToHashSet();
        int most = Math.Max(
            LeastSizes, (request.Sizes.IsCostly ? MostCostlySizes : MostSizes) / changing.Count);
        var chosen = changing.Select(condition => Affordable(condition.Samples)).ToList();
        // A condition that was never tried may change the results.
        if (chosen.Exists(indices => indices.Count == 0)) return null;
        var sizes = Ordered(chosen.SelectMany(indices => indices).Distinct()).ConvertAll(Steps);
        var outcomes = Of(example);
        if (Agrees(outcomes, sizes)) return outcomes;
        if (Record(Draw(sizes[^1], null), decided) is not { Refusals.Count: 0 } pass) return null;
        outcomes = Of(pass.Steps);
        var same = Affordable(
            Enumerable.Range(0, samples.Count).Except(changing.SelectMany(condition => condition.Samples)));
        return outcomes.Count > 0 && Agrees(outcomes, same.ConvertAll(Steps)) && Agrees(outcomes, sizes)
            ? outcomes
            : null;

        IReadOnlyList<NumberStep> Of(IReadOnlyList<NumberStep> steps) =>
            [.. steps.Where(step => sites.Contains(step.Site))];

        IReadOnlyDictionary<string, long> Steps(int sample) => samples.At(sample).ToDictionary(
            size => size.Key, size => size.Value / request.Sizes.Multiple(size.Key));

        List<int> Ordered(IEnumerable<int> indices) =>
            [.. indices.Select(index => (Index: index, Elements: request.Sizes.Elements(Steps(index))))
                .Where(sample => sample.Elements <= request.Sizes.MostElements)
                .OrderBy(sample => sample.Elements).Select(sample => sample.Index)];

        // Returns a few samples that aren't too costly, from the smallest to the largest.
        List<int> Affordable(IEnumerable<int> indices)
        {
            var all = Ordered(indices);
            return [.. Enumerable.Range(0, Math.Min(most, all.Count))
                .Select(index => all[all.Count <= most ? index : index * (all.Count - 1) / (most - 1)])];
        }
    }

    private bool Agrees(IReadOnlyList<NumberStep> outcomes, List<IReadOnlyDictionary<string, long>> sizes)
    {
        List<NumberStep> own = [];
        return sizes.Count > 0 && sizes.All(steps => AgreesOn(Draw(steps, null)))
            && AgreesOn(Draw(sizes[0], LargeInputs)) && own.GroupBy(step => step.Site).All(IsTried);

        bool AgreesOn(ModelInputs inputs)
        {
            var (natural, other) = (Record(inputs, decided), Record(inputs, [.. decided, .. outcomes]));
            var known = other.Steps.Select(step => step.Site).ToHashSet();
            own.AddRange(natural.Steps.Where(step =>
                step.Site.IsCondition && !known.Contains(step.Site)));
            return natural.Refusals.Count == 0 && other.Refusals.Count == 0
                && natural.Results.Count == other.Results.Count
                && natural.Results.Zip(other.Results).All(pair => AreEqual(pair.First, pair.Second));
        }
    }

    // The branch's own conditions don't depend on the sizes, or both outcomes were tried.
    private static bool IsTried(IGrouping<NumberSite, NumberStep> steps)
    {
        var first = steps.First();
        return steps.All(step => step.IsSame(first)) || (first.Site.Operation < NumberOperation.Switch
            && steps.Select(step => step.Result != 0).Distinct().Count() > 1);
    }

    private bool AreEqual(GraphTensor? left, GraphTensor? right) => left is not null && right is not null
        && (!Comparison.HasFinite(left)
            || Comparison.Of(right, left, request.Options.Relative, request.Options.Scale).Passed);

    private ModelInputs Draw(IReadOnlyDictionary<string, long> steps, float? factor)
    {
        var example = request.Example.Tensors;
        var sampler = new InputSampler(
            [.. example.Select(TensorCopy.ToManaged)], [.. example.Select(tensor => tensor.dtype)],
            request.Options.InputGenerators);
        var drawn = sampler.Draw(
            request.Sizes.Shapes(name => steps[name]), factor is { } scale ? value => value * scale : null);
        return request.Example.With(drawn.Select(input => TensorCopy.ToTorch(input).to(example[0].device)));
    }

    private Recording Record(ModelInputs inputs, IReadOnlyList<NumberStep> outcomes) => Tracer.Record(
        request.Module, request.State, inputs, request.Options.Converters, keepResults: true, repeated: new(outcomes));
}
