using System.CommandLine;
using System.Globalization;

namespace Shared;

/// <summary>
/// Creates options whose error messages name the accepted values instead of .NET types. If such an option is given
/// twice, the last value counts.
/// </summary>
internal static class Options
{
    /// <summary>Returns an option that takes a whole number.</summary>
    public static Option<int?> Count(string name, string description, int min = 1, int max = int.MaxValue) =>
        Value<int?>(
            name, description, max == int.MaxValue ? "N" : $"{min}..{max}",
            max == int.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number >= min && number <= max ? number : null);

    /// <summary>Returns an option that takes a whole number of any sign.</summary>
    public static Option<long?> Seed(string description)
    {
        Option<long?> seed = Value<long?>("--seed", description, "N", "a whole number", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? number
                : null);
        seed.DefaultValueFactory = _ => 1;
        return seed;
    }

    /// <summary>Returns an option that takes a number from 0 to 1.</summary>
    public static Option<double?> Share(string name, string description, bool includesOne = true) =>
        Value<double?>(
            name, description, "0..1", includesOne ? "a number from 0 to 1" : "a number from 0 to below 1",
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= 0 && (number < 1 || (includesOne && number == 1)) ? number : null);

    /// <summary>Returns an option that takes one of a few values, by default the first.</summary>
    public static Option<string> OneOf(string name, string description, params string[] values)
    {
        Option<string?> option = OptionalOneOf(name, description, values);
        option.DefaultValueFactory = _ => values[0];
        return option!;
    }

    /// <summary>Returns an option that takes one of a few values.</summary>
    public static Option<string?> OptionalOneOf(string name, string description, params string[] values)
    {
        Option<string?> option = Value<string?>(
            name, description, string.Join('|', values), $"{string.Join(", ", values[..^1])} or {values[^1]}",
            text => values.Contains(text) ? text : null);
        option.CompletionSources.Add(values);
        return option;
    }

    /// <summary>Adds an alias to an option and returns the option.</summary>
    public static Option<T> WithAlias<T>(this Option<T> option, string alias)
    {
        option.Aliases.Add(alias);
        return option;
    }

    /// <summary>Returns an option that takes a value of another type.</summary>
    /// <param name="name">The name.</param>
    /// <param name="description">The text of the help.</param>
    /// <param name="helpName">The name of the value in the help.</param>
    /// <param name="wanted">The accepted values in error messages.</param>
    /// <param name="parse">Returns the value of a text, or <c>null</c> if it is invalid.</param>
    public static Option<T> Value<T>(
        string name, string description, string helpName, string wanted, Func<string, T> parse) => new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                T value = parse(text);
                if (value is null) result.AddError($"{name} needs {wanted}, not '{text}'.");
                return value;
            },
        };
}
