using System.CommandLine;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli;

/// <summary>Runs the command line and reports an expected failure as one line and an exit code.</summary>
internal static class InferApplication
{
    // EPIPE and ERROR_NO_DATA.
    private const int ClosedPipe = 32;
    private const int ClosedPipeOnWindows = unchecked((int)0x800700E8);

    public static int Run(string[] args, InferConsole console, StopSignal stop)
    {
        var root = ClassifyCommand.Create(console, stop);
        root.Add(EvaluateCommand.Create(console, stop));
        root.Add(MergeCommand.Create(console, stop));
        root.Add(InfoCommand.Create(console));
        root.Add(DevicesCommand.Create(console, stop));
        root.Add(CompletionCommand.Create(console));
        root.Add(InferHelp.Create().CreateOption());
        root.Add(new VersionOption { Description = "Show the version." });
        var first = new Option<bool>("--first") { Hidden = true };
        root.Add(first);

        // Names of files may start with @, so response files are turned off. They may also be in brackets, which the
        // parser takes for directives unless an option comes first.
        string[] words = args is [['[', ..], ..] ? [first.Name, .. args] : args;
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.In(parsed, args) is { } error) return Fail(console, error, ExitCode.Usage);
        var invocation = new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            int code = parsed.Invoke(invocation);
            console.Output.Flush();
            return code;
        }
        catch (Exception e) when (Describe(e, stop) is not null)
        {
            var (message, code) = Describe(e, stop)!.Value;
            return message is null ? code : Fail(console, message, code);
        }
    }

    /// <summary>
    /// Returns the message and exit code of an expected failure, or <c>null</c> for a bug. A closed pipe has no
    /// message.
    /// </summary>
    private static (string? Message, int Code)? Describe(Exception exception, StopSignal stop) => exception switch
    {
        // Parallel loops wrap the exceptions of their bodies.
        AggregateException e => Describe(e.InnerExceptions[0], stop),
        OperationCanceledException when stop.Stopped.IsCancellationRequested => ("stopped.", stop.ExitCode),
        CommandException e => (e.Message, e.ExitCode),
        DigitModelException or DigitDeviceException => (exception.Message, ExitCode.Model),
        DigitDataException => (exception.Message, ExitCode.Data),
        IOException { HResult: ClosedPipe or ClosedPipeOnWindows } => (null, ExitCode.BrokenPipe),
        _ when AtomicFile.IsWriteError(exception) =>
            ($"the results cannot be written: {AtomicFile.Reason(exception)}", ExitCode.Output),
        _ => null,
    };

    private static int Fail(InferConsole console, string message, int code)
    {
        console.Error.WriteLine($"infer: {message}");
        return code;
    }
}
