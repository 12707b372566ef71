using System.CommandLine;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>One command per target; it runs the campaign, or one worker's part of it.</summary>
internal static class FuzzCommand
{
    public static Command Create(string name, string description, long count, Func<IFuzzTarget> createTarget)
    {
        var options = new
        {
            Count = new Option<long>("--count") { Description = "How many inputs.", DefaultValueFactory = _ => count },
            First = new Option<long>("--first") { Description = "The first input's number; 0 by default." },
            Seed = new Option<long>("--seed") { Description = "Of all inputs; 0 by default." },
            Threads = new Option<int>("--threads")
            {
                Description = "Worker processes of one thread each.",
                DefaultValueFactory = _ => Environment.ProcessorCount,
            },
            Keep = new Option<string?>("--keep") { Description = "A folder that receives every input." },
            Worker = new Option<string?>("--worker") { Description = "A worker's scoreboard.", Hidden = true },
        };
        foreach (Option<long> option in new[] { options.Count, options.First })
            AtLeast(option, option == options.Count ? 1 : 0);
        AtLeast(options.Threads, 1);

        var command = new Command(name, description)
        {
            options.Count, options.First, options.Seed, options.Threads, options.Keep, options.Worker,
        };
        command.SetAction(parsed =>
        {
            var plan = new Plan(
                name, parsed.GetValue(options.Seed), parsed.GetValue(options.First), parsed.GetValue(options.Count));
            var target = createTarget();
            if (parsed.GetValue(options.Worker) is { } scoreboard)
                return Worker.Run(target, plan, scoreboard, parsed.GetValue(options.Keep));
            return Campaign.Run(
                target, plan, parsed.GetValue(options.Threads), parsed.GetValue(options.Keep));
        });
        return command;
    }

    private static void AtLeast<T>(Option<T> option, T least)
        where T : IComparable<T> =>
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } value && value.CompareTo(least) < 0)
                result.AddError($"{option.Name} is {least} or more.");
        });
}
