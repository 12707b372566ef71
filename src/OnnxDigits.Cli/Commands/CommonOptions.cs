using System.CommandLine;
using System.Globalization;

namespace OnnxDigits.Cli.Commands;

/// <summary>Options that several commands have, and rules for their values.</summary>
internal static class CommonOptions
{
    public static Option<int> Threads() => Within(new Option<int>("--threads", "-t")
    {
        Description = "Files and images in work at once; all cores by default. Results do not depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }, 1, 256);

    public static Option<string?> Format(params string[] formats) => OneOf(new Option<string?>("--format", "-f")
    {
        Description = $"{string.Join(", ", formats)}; on a terminal a table, else JSON.",
        HelpName = string.Join('|', formats),
    }, formats);

    public static Option<T> Within<T>(Option<T> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
                result.AddError(most == int.MaxValue
                    ? $"{option.Name} is a number from {least} on."
                    : $"{option.Name} is a number from {least} to {most}.");
        });
        return option;
    }

    public static Option<T> OneOf<T>(Option<T> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
                result.AddError($"{option.Name} is {string.Join(", ", values)}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    public static Option<double?> Share(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "0..1" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value)
                && value is not (>= 0 and <= 1))
                result.AddError($"{name} is a number from 0 to 1.");
        });
        return option;
    }
}
