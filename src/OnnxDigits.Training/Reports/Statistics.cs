namespace OnnxDigits.Training.Reports;

/// <summary>Computes statistics of runs that differ in their seed.</summary>
internal static class Statistics
{
    /// <summary>Returns the mean; NaN without values.</summary>
    public static double Mean(IReadOnlyList<double> values) => values.Count == 0 ? double.NaN : values.Average();

    /// <summary>Returns the sample standard deviation; NaN for fewer than two values.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2) return double.NaN;

        double mean = Mean(values);
        return Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / (values.Count - 1));
    }
}
