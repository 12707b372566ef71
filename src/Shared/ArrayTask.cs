using System.Globalization;

namespace Shared;

/// <summary>Represents one task of an array job on a cluster.</summary>
/// <param name="Number">The number of the task, from 1.</param>
/// <param name="Count">The number of tasks.</param>
internal readonly record struct ArrayTask(int Number, int Count)
{
    /// <summary>The value of the option that takes the task from the environment.</summary>
    public const string Auto = "auto";

    /// <summary>Returns the task that the environment names.</summary>
    /// <param name="option">The option whose value is <see cref="Auto"/>, for messages.</param>
    /// <param name="example">Another value of the option.</param>
    /// <exception cref="CommandException">The environment doesn't name the task.</exception>
    public static ArrayTask OfEnvironment(string option, string example)
    {
        // The tasks of a Slurm array may be numbered from 0 or 1. Other numberings usually come from submitting a part
        // of the array again.
        int? task = Variable("SLURM_ARRAY_TASK_ID"), count = Variable("SLURM_ARRAY_TASK_COUNT");
        int? min = Variable("SLURM_ARRAY_TASK_MIN") ?? 0, max = Variable("SLURM_ARRAY_TASK_MAX") ?? min + count - 1;
        if (task is not null && (min > 1 || max - min + 1 != count))
        {
            throw new CommandException(
                $"{option} {Auto} needs a Slurm array of the tasks 0 to N-1 or 1 to N. Submit all tasks again: "
                + $"finished ones are skipped. Or name the task: {option} {example}.");
        }
        if (task is null) (task, count, min) = (Variable("JOB_COMPLETION_INDEX"), Variable("JOB_COMPLETIONS"), 0);
        int? number = task - min + 1;
        return number >= 1 && number <= count
            ? new ArrayTask(number.Value, count.Value)
            : throw new CommandException(
                $"{option} {Auto} needs SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT of a Slurm array, or "
                + "JOB_COMPLETION_INDEX and JOB_COMPLETIONS of a Kubernetes job. Or name the task: "
                + $"{option} {example}.");
    }

    private static int? Variable(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
