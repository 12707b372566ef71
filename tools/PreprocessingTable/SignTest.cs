namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Whether one of two ways to read the same pictures is better by more than chance.</summary>
/// <remarks>
/// The sign test, which for right and wrong answers is McNemar's exact one: Q. McNemar, Note on the sampling error of the
/// difference between correlated proportions or percentages, 1947.
/// </remarks>
internal static class SignTest
{
    /// <summary>The probability that at least so many of the pictures that differ are gained, were a gain as likely as a loss: 0..1.</summary>
    /// <param name="gained">Pictures that only the new way reads rightly.</param>
    /// <param name="lost">Pictures that only the old way does.</param>
    public static double Chance(int gained, int lost)
    {
        int all = gained + lost;
        // Logarithms, for a thousand coins have no more room in a double.
        double log = all * Math.Log(0.5), chance = 0;
        for (int heads = all; heads >= gained; heads--)
        {
            chance += Math.Exp(log);
            log += Math.Log((double)heads / (all - heads + 1));
        }

        return chance;
    }
}
