using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace OnnxDigits.Training.Internals;

/// <summary>Parses, wires the signals, runs.</summary>
internal static class TrainProgram
{
    public static int Run(TrainEnvironment environment)
    {
        LibTorchEnvironment.Prepare();
        using var stop = new CancellationTokenSource();
        int signalCode = ExitCode.Interrupted;
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Interrupted));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.Terminated));

        // An argument that starts with '@' is a value like any other.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = TrainCommand.Create(environment, stop.Token).Parse(environment.Arguments, parsing);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) environment.Error.MarkupLineInterpolated($"[red]error:[/] {error.Message}");
            environment.Error.WriteLine("'--help' lists the options.");
            return ExitCode.Usage;
        }

        // The signals are ours: the default handler would end the process before the best weights are written.
        int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        return code == ExitCode.Interrupted ? signalCode : code;

        void Stop(PosixSignalContext context, int code)
        {
            // The first signal ends the run after its step; a second one ends the process at once.
            context.Cancel = !stop.IsCancellationRequested;
            signalCode = code;
            stop.Cancel();
        }
    }
}
