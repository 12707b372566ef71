using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Cli.Inputs;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the argument and the options that select the input files.</summary>
internal sealed class InputOptions(InferConsole console, StopSignal stop)
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Image files, folders (searched recursively for PNG, JPEG, WebP, GIF, BMP and TIFF), globs with *, ? "
            + "and **, or - for an image from standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _filesFrom = new("--files-from")
    {
        Description = "Read the paths from a file, one per line, or from standard input (-). Rows keep their order.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _null = new("--null", "-0")
    {
        Description = "The paths of --files-from end with NUL, as find -print0 writes them.",
    };

    private readonly Option<string[]> _include = new("--include")
    {
        Description = "Of folders, globs and lists, take only files that match: *.png for names, **/scans/* for paths.",
        HelpName = "GLOB",
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave out files that match, even if --include takes them.",
        HelpName = "GLOB",
    };

    private readonly Option<bool> _noRecursion = new("--no-recursion") { Description = "Don't search subfolders." };

    public void AddTo(Command command)
    {
        command.Add(_filesFrom);
        command.Add(_null);
        command.Add(_include);
        command.Add(_exclude);
        command.Add(_noRecursion);
        command.Add(_paths);
    }

    /// <summary>Gets the file with the list of paths, or <c>null</c> if the option is not given.</summary>
    public string? ListFile(ParseResult parsed) => parsed.GetValue(_filesFrom);

    /// <summary>Finds the files, or opens the list of paths.</summary>
    /// <exception cref="CommandException">There are no inputs, or the options contradict each other.</exception>
    public InputSet Resolve(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        RejectMistypedCommand(parsed, paths);
        RejectUnknownOption(parsed);
        var filter = new InputFilter(parsed.GetValue(_include) ?? [], parsed.GetValue(_exclude) ?? []);
        if (parsed.GetValue(_filesFrom) is { } list)
        {
            if (paths.Length > 0) throw new CommandException("give either paths or --files-from, not both.");
            return ReadList(list, parsed.GetValue(_null) ? '\0' : '\n', filter);
        }
        if (parsed.GetValue(_null)) throw new CommandException("--null needs --files-from.");
        if (paths.Length == 0)
        {
            throw new CommandException(
                "name at least one image, folder or glob, or - for an image from standard input. See infer --help.");
        }
        if (paths.Contains(InputFile.StandardInput)) RequireStandardInput();
        if (paths.Contains(InputFile.StandardInput) && console.InputIsTerminal)
        {
            throw new CommandException("- reads an image from standard input. Pipe one in: infer - < photo.jpg.");
        }
        var inputs = new InputFinder(filter, !parsed.GetValue(_noRecursion)).Find(paths);
        if (inputs.Count > 0) return inputs;
        string skipped = inputs.Skipped.Describe();
        throw new CommandException(
            $"there are no images in {string.Join(", ", paths)}.{(skipped.Length > 0 ? $" {skipped}." : "")}",
            ExitCode.Data);
    }

    private InputSet ReadList(string list, char separator, InputFilter filter)
    {
        bool isStandardInput = list == InputFile.StandardInput;
        if (isStandardInput) RequireStandardInput();
        string name = isStandardInput ? "the list on standard input" : $"the list '{list}'";
        if (!isStandardInput && Directory.Exists(list))
        {
            throw new CommandException($"{name} is a folder. To read its images, write infer {list}.");
        }
        // In a list, - is the name of a file. Only the command line can select standard input as an image.
        var reader = new ListReader(PathList.Read(() => OpenList(list), name, separator)
            .Where(filter.Matches)
            .Select(path => new InputFile(path == InputFile.StandardInput ? $"./{path}" : path)));
        var files = reader.Files(stop.Stopped).GetEnumerator();
        // The first path is read now, so that an empty list is an error before anything is written.
        return files.MoveNext()
            ? new(Rest(files), Count: null, new()) { IsWaiting = () => reader.IsWaiting }
            : throw new CommandException($"there are no paths in {name}.", ExitCode.Data);

        static IEnumerable<InputFile> Rest(IEnumerator<InputFile> files)
        {
            using (files)
            {
                do
                {
                    yield return files.Current;
                }
                while (files.MoveNext());
            }
        }
    }

    // A buffer would wait until it is full, while a named pipe is still written.
    private Stream OpenList(string list) => list == InputFile.StandardInput
        ? console.Input
        : new FileStream(list, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    private void RequireStandardInput()
    {
        if (console.InputIsClosed) throw new CommandException("standard input is closed. Pipe something in.");
    }

    private static void RejectMistypedCommand(ParseResult parsed, string[] paths)
    {
        bool isPath = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash);
        if (isPath || paths is not [var word, ..] || Path.Exists(word)) return;
        var command = parsed.CommandResult.Command;
        var names = CommandHelp.Subcommands(command).Select(known => known.Name)
            .Concat(command.Options.Select(option => option.Name));
        if (word.All(char.IsAsciiLetter) && Suggestion.For(word, names) is { Length: > 0 } suggestion)
        {
            throw new CommandException($"there is no file or command '{word}'.{suggestion}");
        }
    }

    /// <summary>Rejects unknown options, which the parser takes for paths unless they come after <c>--</c>.</summary>
    private void RejectUnknownOption(ParseResult parsed)
    {
        int afterDashes = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var unknown = parsed.GetResult(_paths)?.Tokens.SkipLast(afterDashes)
            .FirstOrDefault(token => token.Value is ['-', _, ..]
                || (token.Value is ['–' or '—', ..] && !Path.Exists(token.Value)));
        if (unknown is not null)
        {
            throw new CommandException(
                $"{UsageError.UnknownOption(parsed.CommandResult.Command, unknown.Value)} See infer --help. "
                + "Write -- before a path that starts with a dash.");
        }
    }
}
