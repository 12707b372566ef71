using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>
/// Finds hyper-parameters that only native code knows: of modules built with each choice and given the same weights,
/// the one that gives the same results is right. Where several do, the choice makes no difference.
/// </summary>
internal static class HiddenChoice
{
    // Saturated and unsaturated activations, sharp and flat attention.
    private static readonly double[] Scales = [1, 8];

    /// <summary>The choice whose module gives what the module at hand gives.</summary>
    /// <param name="module">The module at hand.</param>
    /// <param name="choices">What there is to choose from.</param>
    /// <param name="build">Builds a module by a choice.</param>
    /// <param name="run">Runs a module on a probe scaled by a factor.</param>
    public static TChoice Find<TModule, TChoice>(
        TModule module, IReadOnlyList<TChoice> choices, Func<TChoice, TModule> build,
        Func<TModule, double, torch.Tensor> run)
        where TModule : torch.nn.Module
    {
        if (choices.Count == 1) return choices[0];
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        torch.Tensor[] expected = [.. Scales.Select(scale => run(module, scale))];
        // Building a module draws its weights, and the generator's state belongs to the user.
        var random = torch.get_rng_state();
        try
        {
            return choices.Select(choice => (choice, Difference(choice))).MinUntilZero();
        }
        finally
        {
            torch.set_rng_state(random);
        }

        double Difference(TChoice choice)
        {
            using var candidate = build(choice);
            candidate.eval();
            foreach (var (own, given) in candidate.parameters().Zip(module.parameters())) own.copy_(given);
            return Scales.Zip(expected).Max(probe =>
                (run(candidate, probe.First) - probe.Second).abs().max().to(torch.ScalarType.Float64).item<double>());
        }
    }

    /// <summary>Numbers of no pattern between −1 and 1, the same at every call.</summary>
    public static torch.Tensor Probe(params long[] shape) =>
        torch.arange(1, shape.Aggregate(1L, (product, size) => product * size) + 1, torch.ScalarType.Float64)
            .square().sin().to(torch.ScalarType.Float32).reshape(shape);

    // Building the others can take long and tells nothing more.
    private static T MinUntilZero<T>(this IEnumerable<(T Choice, double Difference)> candidates)
    {
        var best = (Choice: default(T)!, Difference: double.PositiveInfinity);
        foreach (var candidate in candidates)
        {
            if (candidate.Difference < best.Difference) best = candidate;
            if (best.Difference == 0) break;
        }
        return best.Choice;
    }
}
