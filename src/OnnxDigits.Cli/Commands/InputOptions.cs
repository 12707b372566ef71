using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Shards;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the argument and the options that select the input files.</summary>
internal sealed class InputOptions(InferConsole console, StopSignal stop)
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Image files, folders (searched recursively for PNG, JPEG, WebP, GIF, BMP and TIFF), globs with "
            + "*, ? and **, or - for an image from standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly ListOptions _list = new(
        console, "Read the paths from a file, one per line, or from standard input (-). Rows keep their order.");

    private readonly Option<string[]> _include = new("--include")
    {
        Description = "Take only the files of folders, globs and lists that match: *.png for names, **/scans/* for "
            + "paths.",
        HelpName = "GLOB",
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave out files that match, even if --include takes them.",
        HelpName = "GLOB",
    };

    private readonly Option<string?> _shard = Options.Value(
        "--shard",
        "Take only part I of N of the inputs, selected by a hash of each path. auto takes I and N from a Slurm array "
            + "or an indexed Kubernetes job. infer merge joins the rows.",
        "I/N|auto",
        "I/N, such as 3/16, or auto",
        text => text == ArrayTask.Auto || Shard.Parse(text) is not null ? text : null);

    private readonly Option<bool> _noRecursion = new("--no-recursion") { Description = "Don't search subfolders." };

    public void AddTo(Command command)
    {
        _list.AddTo(command);
        command.Add(_include);
        command.Add(_exclude);
        command.Add(_noRecursion);
        command.Add(_shard);
        command.Add(_paths);
    }

    /// <summary>Gets the file with the list of paths, or <c>null</c> if the option is not given.</summary>
    public string? ListFile(ParseResult parsed) => _list.File(parsed);

    /// <summary>Gets the part of the inputs that the run reads, or <c>null</c> for all inputs.</summary>
    /// <exception cref="CommandException">The environment does not name the part.</exception>
    public Shard? ShardOf(ParseResult parsed) => Shard.OfOption(parsed.GetValue(_shard));

    /// <summary>Gets the full path of the folder that contains the inputs.</summary>
    public string Root(ParseResult parsed) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(
        parsed.GetValue(_paths) is [var path] && (Directory.Exists(path) || Glob.IsPattern(path))
        && InputFinder.RootOf(path) is { Length: > 0 } root ? root : "."));

    /// <summary>Finds the files, or opens the list of paths.</summary>
    /// <exception cref="CommandException">There are no inputs, or the options contradict each other.</exception>
    public InputSet Resolve(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        RejectMistypedCommand(parsed, paths);
        RejectUnknownOption(parsed);
        var filter = new InputFilter(parsed.GetValue(_include) ?? [], parsed.GetValue(_exclude) ?? []);
        if (_list.Read(parsed) is { } list)
        {
            if (paths.Length > 0) throw new CommandException("give either paths or --files-from, not both.");
            return ReadList(list, $"{Matching(parsed)} in {_list.Name(parsed)}", filter, ShardOf(parsed));
        }
        if (paths.Length == 0)
        {
            throw new CommandException(
                "name at least one image, folder or glob, or - for an image from standard input. See infer --help.");
        }
        if (paths.Contains(InputFile.StandardInput)) _list.RequireStandardInput();
        if (paths.Contains(InputFile.StandardInput) && console.InputIsTerminal)
        {
            throw new CommandException("- reads an image from standard input. Pipe one in: infer - < photo.jpg.");
        }
        var shard = ShardOf(parsed);
        var inputs = new InputFinder(filter, !parsed.GetValue(_noRecursion), shard).Find(paths);
        // A shard may be empty if the others aren't.
        if (inputs.Count > 0 || (shard is not null && inputs.Skipped.EmptyPaths.Count < paths.Distinct().Count()))
        {
            return inputs;
        }
        string skipped = inputs.Skipped.Describe();
        throw new CommandException(
            $"there are no images{Matching(parsed)} in {string.Join(", ", paths)}."
            + (skipped.Length > 0 ? $" {skipped}." : ""),
            ExitCode.Data);
    }

    private string Matching(ParseResult parsed) =>
        parsed.GetValue(_include) is null or [] && parsed.GetValue(_exclude) is null or []
            ? ""
            : $" that match {_include.Name} and {_exclude.Name}";

    private InputSet ReadList(IEnumerable<string> paths, string source, InputFilter filter, Shard? shard)
    {
        var reader = new ListReader(paths
            .Where(filter.Matches)
            .Where(path => shard is null || shard.Contains(path))
            .Select(path => new InputFile(path)));
        if (shard is not null)
        {
            InputFile[] part = [.. reader.Files(stop.Stopped)];
            return new(part, part.Length, new());
        }
        var files = reader.Files(stop.Stopped).GetEnumerator();
        // The first path is read now, so that an empty list is an error before anything is written.
        return files.MoveNext()
            ? new(Rest(files), Count: null, new()) { IsWaiting = () => reader.IsWaiting }
            : throw new CommandException($"there are no paths{source}.", ExitCode.Data);

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
