using System.Diagnostics;

namespace OnnxDigits.Cli.Tests;

/// <summary>Runs programs and returns their output.</summary>
internal static class ProcessRun
{
    /// <summary>Gets the path of the command.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    /// <summary>Runs the command in a folder.</summary>
    public static (int Code, string Output, string Error) In(string folder, params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = folder });

    public static (int Code, string Output, string Error) Of(string program, params string[] arguments) =>
        Start(new ProcessStartInfo(program, arguments));

    private static (int Code, string Output, string Error) Start(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }
}
