namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Finds the best epoch by one of its metrics.</summary>
internal static class BestEpoch
{
    /// <summary>
    /// Returns the first epoch with the lowest loss or error, or with the highest value of another metric.
    /// </summary>
    /// <param name="epochs">At least one epoch.</param>
    /// <param name="monitor">The name of the metric.</param>
    /// <exception cref="InvalidOperationException">The epochs don't have this metric.</exception>
    public static EpochMetrics By(IReadOnlyList<EpochMetrics> epochs, string monitor)
    {
        bool lowest = monitor.EndsWith("loss", StringComparison.Ordinal)
            || monitor.EndsWith("error", StringComparison.Ordinal);
        return epochs.MinBy(Cost)!;

        double Cost(EpochMetrics epoch)
        {
            IReadOnlyDictionary<string, double> figures = epoch.Figures();
            if (!figures.TryGetValue(monitor, out double value))
            {
                throw new InvalidOperationException(
                    $"An epoch has no '{monitor}' to monitor, only {string.Join(", ", figures.Keys)}."
                    + (epoch.ValidationLoss is null ? " Set the validation split to hold out images." : ""));
            }

            // MinBy would take NaN for the smallest number.
            return double.IsNaN(value) ? double.PositiveInfinity : lowest ? value : -value;
        }
    }
}
