namespace OnnxDigits.Tools.TrainChaos;

/// <summary>What became of all trials, a line per kind of trouble and place.</summary>
internal static class TrialTable
{
    public static void Print(IReadOnlyList<Trial> trials)
    {
        Console.WriteLine();
        Console.WriteLine($"{"trouble",-13} {"network",-8} {"where",-38} {"exit",5} {"runs",5} {"same model",11}");
        var groups = trials.GroupBy(trial => (trial.Trouble, trial.Network, trial.Where, trial.Code));
        foreach (var group in groups.OrderBy(group => group.Key.ToString(), StringComparer.Ordinal))
        {
            (string trouble, string network, string where, int code) = group.Key;
            Console.WriteLine($"{trouble,-13} {network,-8} {where,-38} {code,5} {group.Count(),5} {group.Count(trial => trial.Passed),11}");
        }

        foreach (var group in trials.GroupBy(trial => trial.Trouble))
            Console.WriteLine($"{group.Key}: {group.Count(trial => trial.Passed)} of {group.Count()} resumed to the same bytes");
    }
}
