using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Output;

/// <summary>One line of results: what became of one input.</summary>
internal sealed record ResultRow(string Path, int? Label, string Model)
{
    /// <summary>The prediction; null when the input failed.</summary>
    public DigitPrediction? Prediction { get; init; }

    /// <summary>Why the input failed; null when it did not.</summary>
    public string? Error { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public bool? Inverted { get; init; }

    public int? Digit => Prediction?.Digit;

    public string Status => Prediction?.Status switch
    {
        PredictionStatus.Ok => "ok",
        PredictionStatus.Uncertain => "uncertain",
        PredictionStatus.Blank => "blank",
        _ => "error",
    };
}
