using System.Globalization;
using OnnxDigits.Training;

namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>Adds a line for each epoch to a CSV file, as it ends.</summary>
internal sealed class EpochLines(string path, string network, long seed, string changes) : ITrainingObserver
{
    private const string Header = "network,seed,changes,epoch,training_loss,training_accuracy,validation_loss,validation_accuracy,seconds\n";

    public void OnProgress(TrainingProgress progress)
    {
    }

    public void OnEpoch(EpochMetrics metrics)
    {
        if (!File.Exists(path)) File.WriteAllText(path, Header);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{network},{seed},\"{changes}\",{metrics.Epoch},{metrics.Loss:F5},{metrics.Accuracy:F5},{metrics.ValidationLoss:F5},{metrics.ValidationAccuracy:F5},{metrics.Seconds:F1}");
        File.AppendAllText(path, line + "\n");
        Console.WriteLine(line);
    }
}
