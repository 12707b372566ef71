using OnnxDigits.Tools.Figures;
using OnnxDigits.Training;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>Adds a line of JSON for each epoch to a file, as it ends.</summary>
internal sealed class EpochLines(string path, string name, string network, long seed, string changes) : ITrainingObserver
{
    public void OnProgress(TrainingProgress progress)
    {
    }

    public void OnEpoch(EpochMetrics metrics)
    {
        var record = new SearchRecord(
            name, network, seed, changes, metrics.Epoch, Math.Round(metrics.Loss, 5), Math.Round(metrics.Accuracy, 5),
            Math.Round(metrics.ValidationLoss, 5), Math.Round(metrics.ValidationAccuracy, 5));
        FigureFile.Append(path, record);
        Console.WriteLine(
            $"{name}, seed {seed}, epoch {metrics.Epoch}: loss {metrics.Loss:F4}, accuracy {metrics.Accuracy:F4}, held-out writers: loss {metrics.ValidationLoss:F4}, accuracy {metrics.ValidationAccuracy:F4}, {metrics.Seconds:F0} s");
    }
}
