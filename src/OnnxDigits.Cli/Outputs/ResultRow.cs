using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

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

    /// <summary>28 × 28 bytes as the network saw them, valid until the row is done with; empty when the input failed.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>The most probable digits, best first; fewer than asked for where there is no prediction.</summary>
    public IEnumerable<(int Digit, float Confidence)> Best(int count)
    {
        if (Prediction is not { Digit: not null } prediction)
            return [];
        float[] scores = [.. prediction.Scores];
        return scores.Index().OrderByDescending(score => score.Item).Take(count);
    }

    public int? Digit => Prediction?.Digit;

    /// <summary>The probability of a digit, 0..1; null when the input failed.</summary>
    public float? Score(int digit) => Prediction is { } prediction ? prediction.Scores[digit] : null;

    public string Status => Prediction?.Status switch
    {
        PredictionStatus.Ok => "ok",
        PredictionStatus.Uncertain => "uncertain",
        PredictionStatus.Blank => "blank",
        _ => "error",
    };
}
