namespace OnnxDigits.Training.Loop;

/// <summary>Is told how a training run goes. Calls come from the training thread, in order.</summary>
public interface ITrainingObserver
{
    /// <summary>After every few steps.</summary>
    void OnProgress(TrainingProgress progress);

    /// <summary>After the validation of each epoch; the network has the weights that were validated.</summary>
    void OnEpoch(EpochMetrics metrics);
}
