using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Cli.Inputs;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>What is read: paths, folders, globs, a list of paths, or an image on the standard input.</summary>
internal sealed class InputOptions(InferConsole console)
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Image files, folders (searched to the bottom for PNG, JPEG, WebP, GIF and BMP), globs with *, ? and **, "
            + "or - for an image on the standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _filesFrom = new("--files-from")
    {
        Description = "Take the paths from this list, one to a line, in its order; - for the standard input.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _null = new("--null", "-0")
    {
        Description = "A NUL stands behind each path of --files-from, as find -print0 writes it.",
    };

    private readonly Option<string[]> _include = new("--include")
    {
        Description = "Of what folders, globs and lists give, take what matches only: *.png for names, **/scans/* for paths.",
        HelpName = "GLOB",
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave out what matches; it goes before --include.",
        HelpName = "GLOB",
    };

    private readonly Option<bool> _noRecursion = new("--no-recursion") { Description = "Do not search the folders in a folder." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_filesFrom, _null, _include, _exclude, _noRecursion])
            command.Add(option);
        command.Add(_paths);
    }

    /// <exception cref="UsageException">There is nothing to read, or the options contradict each other.</exception>
    public InputSet Resolve(ParseResult parsed)
    {
        RejectUnknownOption(parsed);
        string[] paths = parsed.GetValue(_paths) ?? [];
        var filter = new InputFilter(parsed.GetValue(_include) ?? [], parsed.GetValue(_exclude) ?? []);
        if (parsed.GetValue(_filesFrom) is { } list)
        {
            if (paths.Length > 0)
                throw new UsageException("give paths or --files-from, not both.");
            return Listed(list, parsed.GetValue(_null) ? '\0' : '\n', filter);
        }
        if (parsed.GetValue(_null))
            throw new UsageException("--null says how the paths of --files-from are separated: give that too.");
        if (paths.Length == 0)
            throw new UsageException("name at least one image, folder or glob, or - for an image on the standard input; see infer --help.");
        if (paths.Contains(InputFile.StandardInput) && console.InputIsTerminal)
            throw new UsageException("- reads an image from the standard input: pipe one in, as in infer - < photo.jpg.");
        var found = new InputFinder(filter, !parsed.GetValue(_noRecursion)).Find(paths);
        return found.Count > 0
            ? found
            : throw new UsageException($"there are no images in {string.Join(", ", paths)}.", ExitCode.Data);
    }

    private InputSet Listed(string list, char separator, InputFilter filter)
    {
        string name = list == InputFile.StandardInput ? "the list on the standard input" : $"the list '{list}'";
        // In a list, - is a file of that name: the standard input is an image only where the command line says so.
        var files = PathList.Read(OpenList(list, name), name, separator)
            .Where(filter.Takes).Select(path => new InputFile(path == InputFile.StandardInput ? $"./{path}" : path)).GetEnumerator();
        // Nothing is written before it is known that there is something to read.
        return files.MoveNext()
            ? new(Rest(files), Count: null, WidestPath: null)
            : throw new UsageException($"there are no paths in {name}.", ExitCode.Data);

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

    private Stream OpenList(string list, string name)
    {
        if (list == InputFile.StandardInput)
            return console.Input;
        try
        {
            return File.OpenRead(list);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name} cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>The parser takes an option that it does not know for a path; only after -- may a path start with a dash.</summary>
    private void RejectUnknownOption(ParseResult parsed)
    {
        int afterDashes = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var unknown = parsed.GetResult(_paths)?.Tokens.SkipLast(afterDashes).FirstOrDefault(token => token.Value is ['-', _, ..]);
        if (unknown is not null)
            throw new UsageException(
                $"there is no option '{unknown.Value}'; see infer --help, and write -- before a path that starts with a dash.");
    }
}
