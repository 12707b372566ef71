using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Training.Loop;
using Shared;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

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
        string[] errors = EmptyArgument.In(parsed) is { } empty ? [empty] : [.. parsed.Errors.Select(error => error.Message)];
        if (errors.Length > 0)
        {
            foreach (string error in errors) environment.Error.MarkupLineInterpolated($"[red]error:[/] {error}");
            environment.Error.WriteLine("'--help' lists the options.");
            return ExitCode.Usage;
        }

        // The signals are ours: the default handler would end the process before the best weights are written.
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
