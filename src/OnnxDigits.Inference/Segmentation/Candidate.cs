namespace OnnxDigits.Inference.Segmentation;

/// <summary>Consecutive parts of a line that may be one digit.</summary>
internal sealed class Candidate(Part part, int first, int count)
{
    private DigitPrediction? _prediction;

    public Part Part => part;

    /// <summary>Gets the index of its first part.</summary>
    public int First { get; set; } = first;

    /// <summary>Gets the number of its parts.</summary>
    public int Count { get; set; } = count;

    public bool IsJudged => _prediction is not null;

    public DigitPrediction Prediction
    {
        get => _prediction!.Value;
        set => _prediction = value;
    }
}
