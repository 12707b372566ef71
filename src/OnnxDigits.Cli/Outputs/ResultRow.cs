using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents the result of one input.</summary>
internal sealed record ResultRow(string Path, int? Label, string Model)
{
    /// <summary>Gets the prediction, or <c>null</c> if the input failed.</summary>
    public DigitPrediction? Prediction { get; init; }

    /// <summary>Gets the reason why the input failed, or <c>null</c> if it didn't.</summary>
    public string? Error { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public bool? Inverted { get; init; }

    /// <summary>Gets the 28×28 pixels that the network sees. Empty if the input failed.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    public int? Digit => Prediction?.Digit;

    /// <summary>Gets a value that indicates whether another digit than the label was read.</summary>
    public bool IsMisread => Digit is { } digit && Label is { } label && digit != label;

    public string Status => Prediction?.Status switch
    {
        PredictionStatus.Ok => "ok",
        PredictionStatus.Uncertain => "uncertain",
        PredictionStatus.Blank => "blank",
        _ => "error",
    };

    /// <summary>Returns the most probable digits, best first. Empty if no digit was read.</summary>
    public BestDigits Best(int count)
    {
        if (Prediction is not { Digit: not null } prediction) return new([]);
        float[] scores = [.. prediction.Scores];
        return new([.. scores.Index().OrderByDescending(score => score.Item).Take(count)]);
    }
}
