using System.CommandLine;
using System.CommandLine.Help;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using TorchOnnx;

namespace OnnxDigits.Training.Commands;

/// <summary>Parses the command line, runs the command and turns exceptions into messages and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(CommandContext context)
    {
        var root = new RootCommand("Trains networks that read digits, and compares what they learned.")
        {
            FitCommand.Create(context), EvaluateCommand.Create(context), RunsCommand.Create(context),
            SweepCommand.Create(context), DigitsCommand.Create(context), RecipeCommand.Create(context),
        };
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Add(TrainHelp.Create().CreateOption());

        // Without response files, an argument that starts with '@' is an ordinary value.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = root.Parse(context.Arguments, parsing);
        if (UsageError.In(parsed, context.Arguments) is { } error) return context.Fail(ExitCode.Usage, error);

        // System.CommandLine's own signal handler would end the process before the run is saved.
        var invocation = new InvocationConfiguration
        {
            Output = context.Console.Profile.Out.Writer,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return parsed.Invoke(invocation);
        }
        catch (OperationCanceledException) when (context.Stop.Stopped.IsCancellationRequested)
        {
            return context.Stop.ExitCode;
        }
        catch (Exception e) when (CodeOf(e) is { } code)
        {
            return context.Fail(code, IsMissingLibrary(e)
                ? $"A native library could not be loaded: {e.GetBaseException().Message}"
                : e.Message);
        }
    }

    private static int? CodeOf(Exception e) => e switch
    {
        CommandException error => error.ExitCode,
        DigitDataException => ExitCode.Data,
        ResumeException => ExitCode.Resume,
        OnnxExportException or TrainingDeviceException => ExitCode.Model,
        IOException or UnauthorizedAccessException => ExitCode.Output,
        _ => IsMissingLibrary(e) ? ExitCode.Model : null,
    };

    private static bool IsMissingLibrary(Exception e) => e is DllNotFoundException
        or TypeInitializationException { InnerException: DllNotFoundException or NotSupportedException };
}
