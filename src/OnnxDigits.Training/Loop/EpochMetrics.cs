namespace OnnxDigits.Training.Loop;

/// <summary>One row of a run's metrics.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Loss">Mean training loss over the epoch, in nats, as the weights move.</param>
/// <param name="Accuracy">Training accuracy over the epoch, 0..1, as the weights move.</param>
/// <param name="ValidationLoss">Loss on the held-out images after the epoch; NaN where none are held out.</param>
/// <param name="ValidationAccuracy">Accuracy on the held-out images after the epoch, 0..1; NaN where none are held out.</param>
/// <param name="Seconds">Time of the epoch, validation included.</param>
public sealed record EpochMetrics(
    int Epoch, double Loss, double Accuracy, double ValidationLoss, double ValidationAccuracy, double Seconds);
