using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Shared;

/// <summary>Writes the help of a command in 80 columns, with the options in groups.</summary>
/// <param name="groups">
/// The title of each group and the names of its options. Other options form the last group.
/// </param>
/// <param name="ending">The text after the help of the root command.</param>
internal sealed class CommandHelp((string Title, string[] Options)[] groups, string ending)
    : SynchronousCommandLineAction
{
    private const int Column = 26;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>
    /// Returns an option that shows this help. It accepts <c>/?</c> only on Windows, because a slash starts a path
    /// elsewhere.
    /// </summary>
    public HelpOption CreateOption() =>
        new("--help", OperatingSystem.IsWindows() ? ["-h", "-?", "/h", "/?"] : ["-h", "-?"])
        {
            Description = "Show this help.",
            Action = this,
        };

    /// <summary>Returns the names of a command's parents and of the command, separated by spaces.</summary>
    public static string FullName(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Select(FullName).Append(command.Name));

    /// <summary>Returns the subcommands that are not hidden.</summary>
    public static IEnumerable<Command> Subcommands(Command command) =>
        command.Subcommands.Where(subcommand => !subcommand.Hidden);

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(TextLines.Entry("", command.Description ?? "", 0));
        output.WriteLine(Usage(command));
        foreach (var argument in command.Arguments.Where(argument => argument.Description is not null))
        {
            output.WriteLine(TextLines.Entry($"  {NameOf(argument)}", argument.Description!, Column));
        }
        Write(output, "Commands", Subcommands(command).Select(known => (known.Name, known.Description ?? "")));
        // The root's options for help and version are options of its subcommands too.
        Option[] options =
        [
            .. command.Options.Where(option => !option.Hidden),
            .. command.Parents.Any() ? parseResult.RootCommandResult.Command.Options.OfType<HelpOption>() : [],
        ];
        foreach (var (title, names) in groups)
        {
            Write(output, title, options.Where(option => names.Contains(option.Name)).Select(Describe));
        }
        var grouped = groups.SelectMany(group => group.Options);
        Write(
            output, groups.Length == 0 ? "Options" : "Other",
            options.Where(option => !grouped.Contains(option.Name)).Select(Describe));
        if (!command.Parents.Any()) output.Write(ending);
        return 0;
    }

    private static string Usage(Command command)
    {
        string name = FullName(command);
        string arguments = string.Concat(command.Arguments.Select(argument => " " + NameOf(argument)));
        string usage = $"Usage: {name}{arguments} [options]\n";
        string subcommands = $"{name} COMMAND [options]\n";
        if (!Subcommands(command).Any()) return usage;
        return command.Action is null ? $"Usage: {subcommands}" : $"{usage}       {subcommands}";
    }

    private static void Write(TextWriter output, string title, IEnumerable<(string Name, string Text)> entries)
    {
        string text = string.Concat(entries.Select(entry => TextLines.Entry($"  {entry.Name}", entry.Text, Column)));
        if (text.Length > 0) output.WriteLine($"{title}:\n{text}");
    }

    private static (string Name, string Text) Describe(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        bool isFlag = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;
        string text = option.Description ?? "";
        if (!isFlag && option.HasDefaultValue && option.GetDefaultValue() is { } value) text += $" Default: {value}.";
        return (isFlag ? names : $"{names} {option.HelpName ?? "VALUE"}", text);
    }

    private static string NameOf(Argument argument)
    {
        string name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }
}
