namespace OnnxDigits.Training.Loop;

/// <summary>Where a training run stands after a step.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far, in nats.</param>
/// <param name="Accuracy">Accuracy of the epoch so far, 0..1.</param>
/// <param name="ImagesPerSecond">Rate over the run so far, validation left out.</param>
/// <param name="TimeLeft">Time to the end of the last epoch at that rate.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan TimeLeft);
