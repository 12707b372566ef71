using TorchSharp;

namespace TorchOnnx.Operators;

/// <summary>
/// Finds hyperparameters that TorchSharp does not expose. It builds a module for each candidate, copies the weights,
/// and takes the candidate with the same results.
/// </summary>
internal static class NativeHyperparameter
{
    // Small inputs leave activations unsaturated and attention flat; large inputs saturate and sharpen them.
    private static readonly double[] Scales = [1, 8];

    /// <summary>Returns the candidate whose module gives the results of <paramref name="module"/>.</summary>
    /// <param name="module">The module to identify.</param>
    /// <param name="candidates">The candidates, the likeliest first.</param>
    /// <param name="build">Builds a module for a candidate.</param>
    /// <param name="run">Runs a module on a probe that is multiplied by a scale.</param>
    public static TCandidate Find<TModule, TCandidate>(
        TModule module, IReadOnlyList<TCandidate> candidates, Func<TCandidate, TModule> build,
        Func<TModule, double, torch.Tensor> run)
        where TModule : torch.nn.Module
    {
        if (candidates.Count == 1) return candidates[0];
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        torch.Tensor[] expected = [.. Scales.Select(scale => run(module, scale))];
        // Building a module draws initial weights. Restore the generator so that the user's random numbers stay the
        // same.
        var random = torch.get_rng_state();
        try
        {
            var best = (Candidate: candidates[0], Difference: double.PositiveInfinity);
            foreach (var candidate in candidates)
            {
                double difference = Difference(candidate);
                if (difference < best.Difference) best = (candidate, difference);
                if (best.Difference == 0) break;
            }
            return best.Candidate;
        }
        finally
        {
            torch.set_rng_state(random);
        }

        double Difference(TCandidate candidate)
        {
            using var built = build(candidate);
            built.eval();
            foreach (var (own, given) in built.parameters().Zip(module.parameters())) own.copy_(given);
            return Scales.Zip(expected).Max(probe =>
                (run(built, probe.First) - probe.Second).abs().max().to(torch.ScalarType.Float64).item<double>());
        }
    }

    /// <summary>Returns a tensor of irregular numbers between −1 and 1, the same for every call.</summary>
    public static torch.Tensor Probe(params long[] shape) =>
        torch.arange(1, shape.Aggregate(1L, (product, size) => product * size) + 1, torch.ScalarType.Float64)
            .square().sin().to(torch.ScalarType.Float32).reshape(shape);
}
