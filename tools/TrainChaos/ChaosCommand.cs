using System.CommandLine;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.TrainChaos;

/// <summary>The command line: how much of each trouble, and of which seed.</summary>
internal static class ChaosCommand
{
    private const string Description = """
        Trains tiny networks in child processes, gives them trouble, resumes them, and compares the models' bytes with
        those of a run that was left alone. Ends with 1 on any difference, wrong exit code or stack trace.
        """;

    public static RootCommand Create()
    {
        var kills = Count("--kills", 100, "Processes that get SIGKILL at a random moment.");
        var terminations = Count("--terminations", 20, "Processes that get SIGTERM at a random moment.");
        var interruptions = Count("--interruptions", 20, "Processes that get SIGINT at a random moment, every other one twice.");
        var disks = Count("--disks", 20, "Sizes of a disk that is too small, a tmpfs: needs the right to mount.");
        var costs = Count("--costs", 30, "Checkpoints of each network whose time is taken.");
        var seed = Count("--seed", 1, "Of the moments.");
        var record = new Option<string?>("--record") { Description = "Also write the figures to this JSON file: docs/figures/train-chaos.json is what docs/training.md is made of." };
        var root = new RootCommand(Description) { kills, terminations, interruptions, disks, costs, seed, record };
        root.SetAction(parsed =>
        {
            using var place = new WorkFolder();
            var random = new Random(parsed.GetValue(seed));
            CheckpointCost.Print(parsed.GetValue(costs), place);
            var bench = new Bench(place, random);
            IEnumerable<Trial> all = Kills.Run(bench, parsed.GetValue(kills))
                .Concat(Terminations.Run(bench, parsed.GetValue(terminations)))
                .Concat(Interruptions.Run(bench, parsed.GetValue(interruptions)))
                .Concat(FullDisks.Run(bench, parsed.GetValue(disks)));
            var trials = new List<Trial>();
            foreach (Trial trial in all)
            {
                Console.WriteLine($"{trial.Trouble}, {trial.Network}, {trial.Where}, exit {trial.Code}: {trial.Failure ?? "same model"}");
                trials.Add(trial);
            }

            IReadOnlyList<TroubleFigure> figures = TrialTable.Print(trials);
            if (parsed.GetValue(record) is { } path) FigureFile.Write(path, figures);
            return trials.TrueForAll(trial => trial.Passed) ? 0 : 1;
        });
        return root;
    }

    private static Option<int> Count(string name, int count, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => count };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValue(option) < 0) result.AddError($"{name} is 0 or more.");
        });
        return option;
    }
}
