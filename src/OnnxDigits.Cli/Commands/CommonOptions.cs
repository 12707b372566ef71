using System.CommandLine;
using System.Globalization;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>Creates the options that several commands have, and validates option values.</summary>
internal static class CommonOptions
{
    public static Option<int> Threads() => InRange(new Option<int>("--threads", "-t")
    {
        Description = "The number of threads. The default is the number of cores. The results don't depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }, 1, 256);

    public static Option<string?> Format(params string[] formats) => OneOf(new Option<string?>("--format", "-f")
    {
        Description = "The format of the output. The default is a table on a terminal, otherwise JSON.",
        HelpName = string.Join('|', formats),
    }, formats);

    public static Option<double?> Fraction(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "0..1" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value)
                && value is not (>= 0 and <= 1))
            {
                result.AddError($"{name} must be a number from 0 to 1.");
            }
        });
        return option;
    }

    public static Option<T> InRange<T>(Option<T> option, int min, int max)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && int.TryParse(result.Tokens[0].Value, out int value) && (value < min || value > max))
            {
                result.AddError(max == int.MaxValue
                    ? $"{option.Name} must be at least {min}."
                    : $"{option.Name} must be from {min} to {max}.");
            }
        });
        return option;
    }

    public static Option<T> OneOf<T>(Option<T> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
            {
                result.AddError(
                    $"{option.Name} must be one of {string.Join(", ", values)}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }

    /// <summary>Reports an accuracy below <c>--min-accuracy</c> and returns the exit code.</summary>
    public static int BelowMinAccuracy(InferConsole console, double accuracy, double minAccuracy)
    {
        console.Error.WriteLine(FormattableString.Invariant(
            $"infer: the accuracy {accuracy:0.0000} is below --min-accuracy {minAccuracy}."));
        return ExitCode.Failed;
    }
}
