using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace OnnxDigits.Inference;

/// <summary>Represents the digit that a <see cref="DigitClassifier"/> read on one image.</summary>
public readonly struct DigitPrediction
{
    private readonly TenScores _scores;

    private DigitPrediction(ReadOnlySpan<float> scores, int digit, UncertaintyReason reason)
    {
        scores.CopyTo(_scores);
        Digit = digit;
        Confidence = scores[digit];
        Reason = reason;
        Status = reason == UncertaintyReason.None ? PredictionStatus.Ok : PredictionStatus.Uncertain;
    }

    /// <summary>Gets the prediction for an image without ink: no digit, and confidence and scores of 0.</summary>
    public static DigitPrediction Blank => new() { Status = PredictionStatus.Blank };

    /// <summary>Gets the most probable digit, from 0 to 9, or <see langword="null"/> if the image is blank.</summary>
    public int? Digit { get; }

    /// <summary>Gets the probability of <see cref="Digit"/>, from 0 to 1, or 0 if the image is blank.</summary>
    public float Confidence { get; }

    /// <summary>Gets the status, which tells whether the prediction is reliable.</summary>
    public PredictionStatus Status { get; private init; }

    /// <summary>
    /// Gets the reason why the prediction is uncertain, or <see cref="UncertaintyReason.None"/> if it isn't.
    /// </summary>
    public UncertaintyReason Reason { get; private init; }

    /// <summary>
    /// Gets a value that indicates whether the ink was darker than its background, so that the picture was inverted
    /// before it was read.
    /// </summary>
    public bool Inverted { get; private init; }

    /// <summary>
    /// Gets the probabilities of the digits 0 to 9, in this order. They sum to 1, or are all 0 if the image is blank.
    /// </summary>
    [UnscopedRef]
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>
    /// Creates a prediction from the probabilities of a network. If scores are equal, the lower digit wins.
    /// </summary>
    /// <param name="scores">The probabilities of the digits 0 to 9.</param>
    /// <param name="confidenceThreshold">
    /// The confidence, from 0 to 1, below which the prediction is <see cref="PredictionStatus.Uncertain"/>.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="scores"/> does not hold ten numbers.</exception>
    public static DigitPrediction FromScores(ReadOnlySpan<float> scores, float confidenceThreshold)
    {
        if (scores.Length != 10)
        {
            throw new ArgumentException($"Expected 10 scores, but there are {scores.Length}.", nameof(scores));
        }
        int best = 0;
        for (int digit = 0; digit < 10; digit++)
        {
            if (float.IsNaN(scores[digit]))
            {
                throw new ArgumentException($"The score of digit {digit} is NaN.", nameof(scores));
            }
            if (scores[digit] > scores[best]) best = digit;
        }
        bool isLow = scores[best] < confidenceThreshold;
        return new(scores, best, isLow ? UncertaintyReason.LowConfidence : UncertaintyReason.None);
    }

    /// <summary>
    /// Returns the prediction with the findings of preprocessing. It is inverted if the picture was inverted, and
    /// uncertain if the picture shows several digits.
    /// </summary>
    /// <param name="prepared">The result of <see cref="DigitPreprocessing.Apply"/>.</param>
    public DigitPrediction With(PreprocessingResult prepared)
    {
        DigitPrediction prediction = this with { Inverted = prepared.Inverted };
        return prepared.HasSeveralDigits && Digit is not null
            ? prediction with { Status = PredictionStatus.Uncertain, Reason = UncertaintyReason.SeveralDigits }
            : prediction;
    }

    /// <summary>Returns the digit with its confidence, such as "7 (98.5 %)", or "blank".</summary>
    public override string ToString() => Digit is { } digit
        ? string.Create(CultureInfo.InvariantCulture, $"{digit} ({Confidence:P1})")
        : "blank";

    [InlineArray(10)]
    private struct TenScores
    {
        private float _first;
    }
}
