using System.CommandLine;
using OnnxDigits.Cli.Outputs;

namespace OnnxDigits.Cli.Commands;

/// <summary>Creates the options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<int?> Threads() => Options.Count(
        "--threads", "The number of threads. The default is the number of cores. The results don't depend on it.",
        max: 256).WithAlias("-t");

    /// <summary>Returns the format of a command that writes one document.</summary>
    public static Option<string?> Format() => Options.OptionalOneOf(
        "--format", "The format of the output. The default is a table on a terminal, otherwise JSON.",
        OutputFormat.Table, OutputFormat.Json).WithAlias("-f");

    /// <summary>Reports an accuracy below <c>--min-accuracy</c> and returns the exit code.</summary>
    public static int BelowMinAccuracy(InferConsole console, double accuracy, double minAccuracy)
    {
        console.Error.WriteLine(FormattableString.Invariant(
            $"infer: the accuracy {accuracy:0.0000} is below --min-accuracy {minAccuracy}."));
        return ExitCode.Accuracy;
    }
}
