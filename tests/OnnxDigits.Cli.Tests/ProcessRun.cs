using System.Diagnostics;

namespace OnnxDigits.Cli.Tests;

/// <summary>Runs programs and returns their output.</summary>
internal static class ProcessRun
{
    public static (int Code, string Output, string Error) Of(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }
}
