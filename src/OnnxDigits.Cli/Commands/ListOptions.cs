using System.CommandLine;
using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the options for a list of paths.</summary>
/// <param name="console">The streams of the command.</param>
/// <param name="description">The description of <c>--files-from</c>.</param>
internal sealed class ListOptions(InferConsole console, string description)
{
    private readonly Option<string?> _filesFrom = new("--files-from")
    {
        Description = description,
        HelpName = "FILE",
    };

    private readonly Option<bool> _null = new("--null", "-0")
    {
        Description = "The paths of --files-from end with NUL, as find -print0 writes them.",
    };

    public void AddTo(Command command)
    {
        command.Add(_filesFrom);
        command.Add(_null);
    }

    /// <summary>Gets the file with the list, or <c>null</c> if the option is not given.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(_filesFrom);

    /// <summary>Gets the name of the list in error messages.</summary>
    public string Name(ParseResult parsed) =>
        File(parsed) == InputFile.StandardInput ? "the list on standard input" : $"the list '{File(parsed)}'";

    /// <summary>
    /// Returns the paths of the list, or <c>null</c> if no list is given. They are read while they are enumerated.
    /// </summary>
    /// <exception cref="CommandException">The list is a folder, or the options contradict each other.</exception>
    public IEnumerable<string>? Read(ParseResult parsed)
    {
        if (File(parsed) is not { } list)
        {
            return parsed.GetValue(_null) ? throw new CommandException("--null needs --files-from.") : null;
        }
        if (list == InputFile.StandardInput) RequireStandardInput();
        if (list != InputFile.StandardInput && Directory.Exists(list))
        {
            throw new CommandException($"{Name(parsed)} is a folder. To read its images, write infer {list}.");
        }
        // In a list, - is the name of a file. Only the command line can select standard input as an image.
        return PathList.Read(() => Open(list), Name(parsed), parsed.GetValue(_null) ? '\0' : '\n')
            .Select(path => path == InputFile.StandardInput ? $"./{path}" : path);
    }

    /// <exception cref="CommandException">Standard input is closed.</exception>
    public void RequireStandardInput()
    {
        if (console.InputIsClosed) throw new CommandException("standard input is closed. Pipe something in.");
    }

    // A buffer would wait until it is full, while a named pipe is still written.
    private Stream Open(string list) => list == InputFile.StandardInput
        ? console.Input
        : new FileStream(list, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
}
