using OnnxDigits.Tools.Figures;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>Adds a line of JSON for each epoch to a file, as it ends; the last one tells of noisy pictures as well.</summary>
internal sealed class EpochLines(string path, string name, string changes, DigitNetwork network, Recipe recipe, DigitTensors noisy) : ITrainingObserver
{
    public void OnProgress(TrainingProgress progress)
    {
    }

    public void OnEpoch(EpochMetrics metrics)
    {
        double? throughNoise = metrics.Epoch == recipe.Epochs ? Math.Round(Evaluation.Of(network, noisy).Accuracy, 5) : null;
        var record = new SearchRecord(
            name, network.Name, recipe.Seed, changes, metrics.Epoch, Math.Round(metrics.Loss, 5), Math.Round(metrics.Accuracy, 5),
            Math.Round(metrics.ValidationLoss, 5), Math.Round(metrics.ValidationAccuracy, 5), throughNoise);
        FigureFile.Append(path, record);
        Console.WriteLine(
            $"{name}, seed {recipe.Seed}, epoch {metrics.Epoch}: loss {metrics.Loss:F4}, accuracy {metrics.Accuracy:F4}, held-out writers: loss {metrics.ValidationLoss:F4}, accuracy {metrics.ValidationAccuracy:F4}, {metrics.Seconds:F0} s"
            + (throughNoise is null ? "" : $"; through noise: accuracy {throughNoise:F4}"));
    }
}
