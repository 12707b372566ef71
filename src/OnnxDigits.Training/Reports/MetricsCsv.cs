using System.Globalization;
using System.Text;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>The metrics of a run, a row per epoch.</summary>
internal static class MetricsCsv
{
    public const string FileName = "metrics.csv";

    private const string Header = "epoch,loss,accuracy,val_loss,val_accuracy,seconds";

    public static string Format(IEnumerable<EpochMetrics> epochs)
    {
        var csv = new StringBuilder(Header).Append('\n');
        foreach (EpochMetrics e in epochs)
        {
            csv.Append(CultureInfo.InvariantCulture,
                $"{e.Epoch},{e.Loss:R},{e.Accuracy:R},{e.ValidationLoss:R},{e.ValidationAccuracy:R},{e.Seconds:F2}\n");
        }

        return csv.ToString();
    }

    /// <returns>null when the file is not there, cannot be read or is no such file.</returns>
    public static IReadOnlyList<EpochMetrics>? TryRead(string path)
    {
        try
        {
            string[] lines = File.ReadAllLines(path);
            return lines is [Header, .. var rows] ? [.. rows.Select(Parse)] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static EpochMetrics Parse(string row)
    {
        string[] cells = row.Split(',');
        if (cells.Length != 6) throw new FormatException();

        double[] n = [.. cells.Skip(1).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        return new EpochMetrics(int.Parse(cells[0], CultureInfo.InvariantCulture), n[0], n[1], n[2], n[3], n[4]);
    }
}
