using System.Globalization;
using System.Text;

namespace OnnxDigits.Training.Internals;

/// <summary>The metrics of a run, a row per epoch.</summary>
internal static class MetricsCsv
{
    public static string Format(IEnumerable<EpochMetrics> epochs)
    {
        var csv = new StringBuilder("epoch,loss,accuracy,val_loss,val_accuracy,seconds\n");
        foreach (EpochMetrics e in epochs)
        {
            csv.Append(CultureInfo.InvariantCulture,
                $"{e.Epoch},{e.Loss:R},{e.Accuracy:R},{e.ValidationLoss:R},{e.ValidationAccuracy:R},{e.Seconds:F2}\n");
        }

        return csv.ToString();
    }
}
