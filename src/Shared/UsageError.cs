using System.CommandLine;
using System.CommandLine.Parsing;

namespace Shared;

/// <summary>Describes the first error in a command line.</summary>
internal static class UsageError
{
    /// <summary>Returns a message about the first error, or <c>null</c> if there are no errors.</summary>
    public static string? In(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        if (parsed.Action is CommandHelp) return null;
        string? error = EmptyArgument(parsed) ?? OptionAsValue(parsed, arguments) ?? SingleDash(parsed, arguments)
            ?? Attached(parsed, arguments) ?? Misplaced(parsed) ?? Unknown(parsed)
            ?? parsed.Errors.Select(Describe).FirstOrDefault();
        return error is null ? null : $"{error} See {CommandHelp.FullName(parsed.CommandResult.Command)} --help.";
    }

    /// <summary>Returns a message about an option that a command doesn't have.</summary>
    public static string UnknownOption(Command command, string option)
    {
        string name = option.Split('=')[0];
        Command? owner = command.Action is not null ? null : CommandHelp.Subcommands(command)
            .FirstOrDefault(subcommand => subcommand.Options.Any(known => known.Name == name));
        if (owner is not null) return $"{name} is an option of {CommandHelp.FullName(owner)}. Write the command first.";
        var names = command.Options.Where(known => !known.Hidden).Select(known => known.Name);
        return $"{SubjectOf(command)} no option '{name}'.{Suggestion.For(name, names)}";
    }

    private static string SubjectOf(Command command) =>
        command.Parents.Any() ? $"{CommandHelp.FullName(command)} has" : "there is";

    // Empty arguments usually come from a shell variable that is not set.
    private static string? EmptyArgument(ParseResult parsed)
    {
        string? option = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Value.Length == 0) return $"{option ?? "A path"} is empty: give a value or leave it out.";
            option = token.Type == TokenType.Option ? token.Value : null;
        }
        return null;
    }

    // The parser takes the word after an option that needs a value, even if it is the next option.
    private static string? OptionAsValue(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var options = parsed.CommandResult.Command.Options;
        for (int i = 1; i < parsed.Tokens.Count; i++)
        {
            (Token name, Token value) = (parsed.Tokens[i - 1], parsed.Tokens[i]);
            if (name.Type == TokenType.Option && value.Type == TokenType.Argument && arguments.Contains(value.Value)
                && options.Any(option => option.Name == value.Value))
            {
                return $"{name.Value} needs a value before {value.Value}.";
            }
        }
        return null;
    }

    // The parser reads -model as -m with the value "odel".
    private static string? SingleDash(ParseResult parsed, IReadOnlyList<string> arguments) => arguments
        .TakeWhile(argument => argument != "--")
        .Select(argument => $"-{argument.Split('=')[0]}")
        .Where(name => parsed.CommandResult.Command.Options.Any(option => option.Name == name))
        .Select(name => $"{name[1..]} has one dash. Write {name}.")
        .FirstOrDefault();

    // The parser reads -qz and --quiet=z as --quiet and the argument "z". The command line has no word "z".
    private static string? Attached(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        string? value = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens.Select(token => token.Value))
            .FirstOrDefault(value => !arguments.Contains(value));
        if (value is null) return null;
        string word = arguments.FirstOrDefault(
            word => word.StartsWith('-') && word.EndsWith(value, StringComparison.Ordinal)) ?? value;
        return word.Split('=') is [var name, _, ..]
            ? $"{name} takes no value. Leave out '{word[name.Length..]}'."
            : UnknownOption(parsed.CommandResult.Command, word);
    }

    // The parser accepts arguments and options of a command before its subcommand, which doesn't use them.
    private static string? Misplaced(ParseResult parsed)
    {
        string name = parsed.CommandResult.Command.Name;
        for (var parent = parsed.CommandResult.Parent as CommandResult; parent is not null;
            parent = parent.Parent as CommandResult)
        {
            foreach (var child in parent.Children)
            {
                switch (child)
                {
                    case OptionResult { Implicit: false, Option.Hidden: false, Option: var option }:
                        return $"{option.Name} is before the command '{name}'. Write options after the command.";
                    case ArgumentResult { Tokens: [var token, ..] }:
                        return $"'{token.Value}' is before the command '{name}'. The command comes first. "
                            + $"Write ./{name} for a file of this name.";
                }
            }
        }
        return null;
    }

    private static string? Unknown(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] subcommands = [.. CommandHelp.Subcommands(command).Select(known => known.Name)];
        return parsed.UnmatchedTokens switch
        {
            [] => null,
            [['-', _, ..] option, ..] => UnknownOption(command, option),
            [var word, ..] when subcommands.Length > 0 =>
                $"{SubjectOf(command)} no command '{word}'.{Suggestion.For(word, subcommands)}",
            [var word, ..] when command.Arguments.Count == 0 =>
                $"{CommandHelp.FullName(command)} takes options only, not '{word}'.",
            [var word, ..] =>
                $"{CommandHelp.FullName(command)} takes one {command.Arguments[0].Name}, not '{word}' too.",
        };
    }

    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult { IdentifierTokenCount: 0, Option: var option, Parent: CommandResult parent } =>
            $"{CommandHelp.FullName(parent.Command)} needs {option.Name} {option.HelpName}.",
        OptionResult { Tokens.Count: 0, Option: var option } => $"{option.Name} needs a value: {option.HelpName}.",
        OptionResult { IdentifierTokenCount: > 1, Option: { Arity.MaximumNumberOfValues: 1 } option } =>
            $"{option.Name} is given twice. Give it once.",
        ArgumentResult { Tokens.Count: 0, Argument: var argument, Parent: CommandResult parent } =>
            $"{CommandHelp.FullName(parent.Command)} needs a {argument.Name}.",
        CommandResult { Command: { Subcommands.Count: > 0 } command } =>
            $"{CommandHelp.FullName(command)} needs a command: "
            + $"{string.Join(", ", CommandHelp.Subcommands(command).Select(known => known.Name))}.",
        _ => error.Message.ReplaceLineEndings(" "),
    };
}
