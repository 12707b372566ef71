using System.CommandLine;
using System.Text;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Training.Commands;

/// <summary>Holds the options of a command that writes a table of runs and may draw a picture.</summary>
/// <param name="context">The console that shows the table.</param>
internal sealed class TableOptions(CommandContext context)
{
    // Lines in a file are not wrapped.
    private const int FileWidth = 1000;

    private readonly Option<string> _format = Options.OneOf(
        "--format", "The format of the output. CSV and JSON give numbers in full precision.", RunTable.Formats)
        .WithAlias("-f");

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write to this file instead of the standard output.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _picture = new("--picture") { HelpName = "FILE" };
    private readonly Option<bool> _dark = new("--dark") { Description = "Draw the picture for dark pages." };
    private readonly ForceOption _force = new();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="picture">The help of <c>--picture</c>, or <c>null</c> if there is no picture.</param>
    public void AddTo(Command command, string? picture = null)
    {
        command.Add(_format);
        command.Add(_output);
        if (picture is not null)
        {
            _picture.Description = picture;
            command.Add(_picture);
            command.Add(_dark);
        }

        command.Add(_force);
    }

    /// <summary>Refuses to replace files of the user.</summary>
    /// <exception cref="CommandException">Both files are the same.</exception>
    /// <exception cref="IOException">A file exists.</exception>
    public void Check(ParseResult parsed)
    {
        string? output = parsed.GetValue(_output), picture = parsed.GetValue(_picture);
        if (output is not null && picture is not null && Path.GetFullPath(output) == Path.GetFullPath(picture))
        {
            throw new CommandException($"--output and --picture name the same file '{picture}'. Change one.");
        }

        _force.CheckTable(parsed, output);
        _force.CheckPicture(parsed, picture);
    }

    /// <summary>Refuses to replace inputs, even with <c>--force</c>.</summary>
    /// <exception cref="IOException">An output is one of the inputs.</exception>
    public void RefuseInputs(ParseResult parsed, IReadOnlyCollection<string> inputs)
    {
        ForceOption.RefuseInputs(parsed.GetValue(_output), inputs);
        ForceOption.RefuseInputs(parsed.GetValue(_picture), inputs);
    }

    /// <summary>Writes the table, and the picture if it is requested.</summary>
    public void Write(ParseResult parsed, RunTable table, Func<Palette, byte[]>? draw = null)
    {
        string format = parsed.GetValue(_format)!;
        if (parsed.GetValue(_output) is { } file)
        {
            byte[] text = Encoding.UTF8.GetBytes(table.Format(format, FileWidth));
            AtomicFile.Write(file, stream => stream.Write(text));
        }
        else
        {
            // Spectre.Console would wrap the lines of CSV and JSON.
            context.Console.Profile.Out.Writer.Write(table.Format(format, context.Console.Profile.Width));
        }

        if (parsed.GetValue(_picture) is not { } path) return;
        byte[] png = draw!(parsed.GetValue(_dark) ? Palette.Dark : Palette.Light);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
