namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Specifies the figure of an epoch that a callback monitors.</summary>
public enum Metric
{
    /// <summary>The loss on the training images.</summary>
    Loss,

    /// <summary>The accuracy on the training images.</summary>
    Accuracy,

    /// <summary>The loss on the held-out images.</summary>
    ValidationLoss,

    /// <summary>The accuracy on the held-out images.</summary>
    ValidationAccuracy,
}

/// <summary>Finds the best epoch by a metric.</summary>
internal static class Metrics
{
    /// <summary>Returns the first of the epochs with the lowest loss or highest accuracy.</summary>
    /// <exception cref="InvalidOperationException">The run holds out no images to validate.</exception>
    public static EpochMetrics BestBy(this IReadOnlyList<EpochMetrics> epochs, Metric metric)
    {
        return epochs.MinBy(Cost)!;

        // NaN would be the smallest number.
        double Cost(EpochMetrics epoch) => metric switch
        {
            Metric.Loss => double.IsNaN(epoch.Loss) ? double.PositiveInfinity : epoch.Loss,
            Metric.Accuracy => -epoch.Accuracy,
            Metric.ValidationLoss when epoch.ValidationLoss is { } loss =>
                double.IsNaN(loss) ? double.PositiveInfinity : loss,
            Metric.ValidationAccuracy when epoch.ValidationAccuracy is { } accuracy => -accuracy,
            _ => throw new InvalidOperationException(
                $"There is no {metric}, because no images are held out. Set the validation split, or monitor "
                + $"{nameof(Metric.Loss)} or {nameof(Metric.Accuracy)}."),
        };
    }
}
