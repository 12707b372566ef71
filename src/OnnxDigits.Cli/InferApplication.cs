using System.CommandLine;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Data;
using OnnxDigits.Inference;
using Shared;

namespace OnnxDigits.Cli;

/// <summary>The command without its process: parses, runs, and turns every expected failure into one line and a code.</summary>
internal static class InferApplication
{
    public static int Run(string[] args, InferConsole console, StopSignal stop)
    {
        var root = ClassifyCommand.Create(console, stop);
        root.Add(EvaluateCommand.Create(console, stop));
        root.Add(InfoCommand.Create(console));
        root.Add(DevicesCommand.Create(console));
        root.Add(CompletionCommand.Create(console));
        HelpWithExamples.Install(root);

        // A file name may start with @: it is never expanded.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            string message = parsed.Errors[0].Message.ReplaceLineEndings(" ");
            return Fail(console, $"{message} See infer --help.", ExitCode.Usage);
        }
        if (EmptyArgument.In(parsed) is { } empty)
            return Fail(console, $"{empty} See infer --help.", ExitCode.Usage);
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
        catch (OperationCanceledException) when (stop.Stopped.IsCancellationRequested)
        {
            return Fail(console, "stopped before the end.", stop.ExitCode);
        }
        catch (UsageException e)
        {
            return Fail(console, e.Message, e.ExitCode);
        }
        catch (OutputException e)
        {
            return Fail(console, e.Message, ExitCode.Usage);
        }
        catch (Exception e) when (e is DigitModelException or DigitDeviceException)
        {
            return Fail(console, e.Message, ExitCode.Model);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            return Fail(console, $"the results cannot be written: {AtomicFile.Reason(e)}", ExitCode.Usage);
        }
        catch (DigitDataException e)
        {
            return Fail(console, e.Message, ExitCode.Data);
        }
    }

    private static int Fail(InferConsole console, string message, int code)
    {
        console.Error.WriteLine($"infer: {message}");
        return code;
    }
}
