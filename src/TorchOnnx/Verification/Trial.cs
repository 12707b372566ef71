namespace TorchOnnx.Verification;

/// <summary>Represents an input of the module with its results.</summary>
/// <param name="Name">The name of the input, such as "random 1".</param>
/// <param name="Inputs">The input.</param>
/// <param name="Expected">The outputs of the module.</param>
internal sealed record Sample(string Name, IReadOnlyList<GraphTensor> Inputs, IReadOnlyList<GraphTensor> Expected)
{
    /// <summary>
    /// Gets a near input, or <see langword="null"/>. A graph may differ by as much as the module's results do there.
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
    // A wrong graph whose error is as large as the change that the inputs cause would pass for rounding.
    private const double MostOfChange = 0.1;

    private readonly Comparison _worst = Outputs.Aggregate(Comparison.Worse);

    public bool Passed => _worst.Passed;

    /// <summary>Returns the trial with differences that count as rounding.</summary>
    public Trial AsPassed() => new(Sample, [.. Outputs.Select(output => output with { Passed = true })]);

    /// <summary>
    /// Indicates whether equality on inputs of the same shapes proves something for an output: the module's results
    /// change with the inputs, by much more than graph and module differ. The results of a single trial change from one
    /// element of the batch to the next.
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
