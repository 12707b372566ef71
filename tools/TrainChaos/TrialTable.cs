using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>What became of all trials, a line per kind of trouble and place.</summary>
internal static class TrialTable
{
    public static IReadOnlyList<TroubleFigure> Print(IReadOnlyList<Trial> trials)
    {
        Console.WriteLine();
        Console.WriteLine($"{"trouble",-13} {"network",-8} {"where",-38} {"exit",5} {"runs",5} {"same model",11}");
        var groups = trials.GroupBy(trial => (trial.Trouble, trial.Network, trial.Where, trial.Code));
        foreach (var group in groups.OrderBy(group => group.Key.ToString(), StringComparer.Ordinal))
        {
            (string trouble, string network, string where, int code) = group.Key;
            Console.WriteLine($"{trouble,-13} {network,-8} {where,-38} {code,5} {group.Count(),5} {group.Count(trial => trial.Passed),11}");
        }

        TroubleFigure[] figures =
        [
            .. trials.GroupBy(trial => trial.Trouble).Select(group => new TroubleFigure(
                group.Key, [.. group.Select(trial => trial.Network).Distinct()], group.Count(), group.Count(trial => trial.Passed))),
        ];
        Console.WriteLine();
        Console.Write(Table(figures));
        return figures;
    }

    public static string Table(IEnumerable<TroubleFigure> figures) => MarkdownTable.Format(
        ["trouble", "networks", "runs", "resumed to the same bytes"],
        figures.Select(figure => (IReadOnlyList<string>)[figure.Trouble, string.Join(", ", figure.Networks), figure.Runs.Text(), figure.Same.Text()]));
}

/// <summary>Trials of one kind of trouble.</summary>
/// <param name="Trouble">What the processes were given.</param>
/// <param name="Networks">What they trained.</param>
/// <param name="Runs">How many processes.</param>
/// <param name="Same">Those that, resumed, ended with the model of a run that was left alone, byte for byte.</param>
internal sealed record TroubleFigure(string Trouble, IReadOnlyList<string> Networks, int Runs, int Same);
