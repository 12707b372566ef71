using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace OnnxDigits.Training.Internals;

/// <summary>Parses, wires the signals, runs.</summary>
internal static class TrainProgram
{
    public static int Run(TrainEnvironment environment)
    {
        LibTorchEnvironment.Prepare();
        using StopSignal stop = environment.Stop;
        stop.ListenToProcess();

        // An argument that starts with '@' is a value like any other.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = TrainCommand.Create(environment).Parse(environment.Arguments, parsing);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) environment.Error.MarkupLineInterpolated($"[red]error:[/] {error.Message}");
            environment.Error.WriteLine("'--help' lists the options.");
            return ExitCode.Usage;
        }

        // The signals are ours: the default handler would end the process before the best weights are written.
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
