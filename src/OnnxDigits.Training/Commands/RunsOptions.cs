using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Commands;

/// <summary>What a <c>runs</c> command was asked for.</summary>
internal sealed record RunsOptions
{
    /// <summary>Where run folders are.</summary>
    public required string Output { get; init; }

    /// <summary>One of <see cref="Grid.Formats"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Where the result goes to; null for the standard output.</summary>
    public string? File { get; init; }
}
