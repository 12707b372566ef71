using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OnnxDigits.Training.Commands;

/// <summary>Creates options whose error messages name the accepted values instead of .NET types.</summary>
internal static class Options
{
    /// <summary>Returns an option that takes a whole number.</summary>
    public static Option<int?> Count(string name, string description, int min = 1, int max = int.MaxValue) =>
        Number<int>(
            name, description,
            max == int.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= min && number <= max ? number : null);

    /// <summary>Returns an option that takes a whole number of any sign.</summary>
    public static Option<long?> Seed(string description)
    {
        Option<long?> seed = Number<long>("--seed", description, "a whole number", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? number
                : null);
        seed.DefaultValueFactory = _ => 1;
        return seed;
    }

    /// <summary>Returns an option that takes a number from 0 to 1.</summary>
    public static Option<double?> Share(string name, string description, bool includesOne = true) =>
        Number<double>(name, description, includesOne ? "a number from 0 to 1" : "a number from 0 to below 1",
            text => double.TryParse(text, CultureInfo.InvariantCulture, out double number)
                && number >= 0 && (number < 1 || (includesOne && number == 1)) ? number : null);

    /// <summary>Returns an option that takes one of a few values, by default the first.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description} Values: {string.Join(", ", values)}.",
            DefaultValueFactory = _ => values[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
            {
                result.AddError($"{name} takes {string.Join(", ", values)}, not '{token.Value}'.");
            }
        });
        return option;
    }

    private static Option<T?> Number<T>(string name, string description, string wanted, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                T? value = parse(text);
                if (value is null) result.AddError($"{name} takes {wanted}, not '{text}'.");
                return value;
            },
        };
}
