using System.Text.RegularExpressions;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training;

/// <summary>Runs the training command.</summary>
public static partial class TrainingProgram
{
    /// <summary>Runs the command that the arguments name, such as <c>fit --epochs 3 --resume</c>.</summary>
    /// <param name="args">The arguments of the command line. <c>--help</c> lists them.</param>
    /// <param name="own">A network of your own, which is the default of <c>--network</c>.</param>
    /// <returns>The exit code of the program.</returns>
    /// <exception cref="ArgumentException">The network has the name of another one, or an invalid name.</exception>
    public static int Run(string[] args, DigitNetwork? own = null)
    {
        if (InheritedStreams.Check("error: "u8) is { } code) return code;

        LibTorchEnvironment.Prepare();
        if (own is not null) Register(own);
        using var stop = new StopSignal();
        stop.ListenToProcess();
        return CommandLine.Run(CommandContext.ForProcess(args, stop));
    }

    internal static void Register(DigitNetwork own)
    {
        // The name becomes a part of file names.
        if (!Name().IsMatch(own.Name) || own.Name == "all" || DigitNetworks.Names.Contains(own.Name))
        {
            throw new ArgumentException(
                $"A network cannot be called '{own.Name}'. Choose another name of lower-case letters, digits, hyphens "
                + "and underscores.", nameof(own));
        }

        DigitNetworks.Own = own;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$")]
    private static partial Regex Name();
}
