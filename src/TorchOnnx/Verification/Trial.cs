namespace TorchOnnx.Verification;

/// <summary>Represents an input of the module with its results.</summary>
/// <param name="Name">The name of the input, such as "random 1".</param>
/// <param name="Inputs">The input.</param>
/// <param name="Expected">The outputs of the module.</param>
internal sealed record Sample(string Name, IReadOnlyList<GraphTensor> Inputs, IReadOnlyList<GraphTensor> Expected)
{
    /// <summary>
    /// Gets an input near this one, or <see langword="null"/>. The graph's error may be as large as the difference
    /// between the module's results on the two inputs.
    /// </summary>
    public IReadOnlyList<GraphTensor>? Near { get; init; }

    /// <summary>Gets the reason why the module rejects the input, or <see langword="null"/>.</summary>
    public string? Rejection { get; init; }
}

/// <summary>Represents a sample on which the graph was compared with the module.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Outputs">The comparison of each output, or a single one that says why the graph didn't run.</param>
internal sealed record Trial(Sample Sample, IReadOnlyList<Comparison> Outputs)
{
    // The largest error of the graph, as a fraction of the change that the inputs cause. A larger error of a wrong
    // graph could be mistaken for rounding.
    private const double MostOfChange = 0.1;

    private readonly Comparison _worst = Outputs.Aggregate(Comparison.Worse);

    public bool Passed => _worst.Passed;

    /// <summary>Returns the trial with all outputs marked as passed.</summary>
    public Trial AsPassed() => new(Sample, [.. Outputs.Select(output => output with { Passed = true })]);

    /// <summary>
    /// Indicates whether equality on inputs of the same shapes is evidence that an output is right. The module's
    /// results must change with the inputs, by much more than graph and module differ. In a single trial, they must
    /// change from one element of the batch to the next.
    /// </summary>
    public static bool Proves(IReadOnlyList<Trial> trials, int output)
    {
        if (trials.Count == 0) return false;
        double change = trials.Count == 1
            ? Comparison.LargestChange(trials[0].Sample.Expected[output])
            : trials.Max(trial =>
                Comparison.Of(trial.Sample.Expected[output], trials[0].Sample.Expected[output], 0, 0).MaxAbsolute);
        return change > 0 && trials.Max(trial => trial.Outputs[output].MaxAbsolute) <= MostOfChange * change;
    }

    /// <summary>Indicates whether all elements of an output are equal up to rounding.</summary>
    public bool IsUniform(int output) => Comparison.IsUniform(Sample.Expected[output]);

    /// <summary>Returns the trial as a case of the report.</summary>
    public VerificationCase ToCase() => new()
    {
        Name = Sample.Name,
        InputShapes = [.. Sample.Inputs.Select(input => input.Shape)],
        MaxAbsoluteDifference = _worst.MaxAbsolute,
        MaxRelativeDifference = _worst.MaxRelative,
        Passed = _worst.Passed,
        Failure = _worst.Failure,
    };
}
