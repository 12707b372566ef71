using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Sweeps;

/// <summary>Represents a recipe of a sweep with the results of its seeds.</summary>
/// <param name="Trial">The first trial of the recipe.</param>
/// <param name="Trials">The number of trials of the recipe.</param>
/// <param name="Accuracies">The validation accuracy of each fully trained trial, 0 to 1.</param>
/// <param name="Losses">The validation loss of each of these trials, in nats.</param>
/// <param name="Seconds">The mean duration of the trials so far, in seconds.</param>
internal sealed record SweepRank(
    SweepTrial Trial, int Trials, IReadOnlyList<double> Accuracies, IReadOnlyList<double> Losses, double? Seconds)
{
    /// <summary>Gets the mean accuracy; NaN without a trained trial.</summary>
    public double MeanAccuracy => Statistics.Mean(Accuracies);

    /// <summary>Gets the mean loss; NaN without a trained trial.</summary>
    public double MeanLoss => Statistics.Mean(Losses);
}
