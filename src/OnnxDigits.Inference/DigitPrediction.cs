using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace OnnxDigits.Inference;

/// <summary>What the network says about one image.</summary>
public readonly struct DigitPrediction
{
    private readonly TenScores _scores;

    private DigitPrediction(ReadOnlySpan<float> scores, int digit, PredictionStatus status)
    {
        scores.CopyTo(_scores);
        Digit = digit;
        Confidence = scores[digit];
        Status = status;
    }

    private DigitPrediction(PredictionStatus status) => Status = status;

    /// <summary>The prediction for an image with nothing on it: no digit, confidence 0, scores 0.</summary>
    public static DigitPrediction Blank => new(PredictionStatus.Blank);

    /// <summary>The most probable digit, 0..9; <see langword="null"/> when the image is blank.</summary>
    public int? Digit { get; }

    /// <summary>The probability of <see cref="Digit"/>, 0..1; 0 when the image is blank.</summary>
    public float Confidence { get; }

    /// <summary>Whether the digit is to be relied on.</summary>
    public PredictionStatus Status { get; }

    /// <summary>The probabilities of the digits 0..9, in this order; they sum to 1, or are all 0 for a blank image.</summary>
    [UnscopedRef]
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Reads ten probabilities: the largest names the digit, the first of equals wins.</summary>
    /// <param name="scores">The probabilities of the digits 0..9.</param>
    /// <param name="confidenceThreshold">Below this confidence, 0..1, the result is uncertain.</param>
    /// <exception cref="ArgumentException">There are not ten scores, or one is not a number.</exception>
    public static DigitPrediction FromScores(ReadOnlySpan<float> scores, float confidenceThreshold)
    {
        if (scores.Length != 10)
            throw new ArgumentException($"Ten scores are needed, but {scores.Length} were given.", nameof(scores));
        int best = 0;
        for (int digit = 0; digit < 10; digit++)
        {
            if (float.IsNaN(scores[digit]))
                throw new ArgumentException($"The score of digit {digit} is not a number.", nameof(scores));
            if (scores[digit] > scores[best])
                best = digit;
        }
        return new(scores, best, scores[best] < confidenceThreshold ? PredictionStatus.Uncertain : PredictionStatus.Ok);
    }

    /// <summary>The digit with its confidence, or the word blank.</summary>
    public override string ToString() => Digit is { } digit
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{digit} ({Confidence:P1})")
        : "blank";

    [InlineArray(10)]
    private struct TenScores
    {
        private float _first;
    }
}
