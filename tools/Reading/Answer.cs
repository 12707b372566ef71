using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Reading;

/// <summary>Represents what a model read on an image with a label.</summary>
internal readonly record struct Answer(DigitPrediction Prediction, int Label)
{
    public bool IsRight => Prediction.Digit == Label;

    /// <summary>Returns the cross-entropy of the label after the scores are softened by a temperature.</summary>
    public double Loss(double temperature)
    {
        double sum = 0;
        foreach (float score in Prediction.Scores) sum += Soften(score);
        return Math.Log(sum / Soften(Prediction.Scores[Label]));

        double Soften(float score) => Math.Pow(Math.Max(score, 1e-12), 1 / temperature);
    }
}
