using System.Diagnostics;
using OnnxDigits.Training.Tests.Checkpoints;

namespace OnnxDigits.Training.Tests;

/// <summary>Runs the training program with SIGINT and with streams that cannot be written.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("signals").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Interrupt_Once_StopsAfterTheStepAndExportsAVerifiedModel()
    {
        if (!OperatingSystem.IsLinux()) return;
        (int code, string output) = InterruptInTraining(again: false);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("Stopping after this step; press Ctrl-C again to stop now.", output, StringComparison.Ordinal);
        Assert.Matches(@"Stopped after step \d+ of epoch \d+\. --resume continues after epoch \d+\.", output);
        Assert.Contains("the weights so far are exported", output, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime agrees", output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder, "dense.onnx", SearchOption.AllDirectories));
    }

    [Fact]
    public void Interrupt_Twice_StopsAtOnceWithoutStackTrace()
    {
        if (!OperatingSystem.IsLinux()) return;
        (int code, string output) = InterruptInTraining(again: true);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        // The program stopped before the export.
        Assert.DoesNotContain("ONNX Runtime agrees", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help >&-", ExitCode.Output, "error: standard output is closed. Redirect it to a file or to /dev/null.")]
    [InlineData("--help > /dev/full", ExitCode.Output, "error: No space left on device")]
    [InlineData("--bogus 2>&-", ExitCode.Usage, "")]
    [InlineData("--bogus 2> /dev/full", ExitCode.Usage, "")]
    public void Stream_ClosedOrFull_IsOneSentence(string arguments, int code, string sentence)
    {
        if (!OperatingSystem.IsLinux()) return;
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", $"dotnet '{ProcessTests.Program}' {arguments}"])
        {
            RedirectStandardError = true,
        })!;
        Assert.Equal(sentence, process.StandardError.ReadToEnd().TrimEnd());
        process.WaitForExit();
        Assert.Equal(code, process.ExitCode);
    }

    // Background jobs of a shell ignore SIGINT, and their child processes inherit that.
    private (int Code, string Output) InterruptInTraining(bool again) => ProcessTests.Run(
        [
            "env", "--default-signal=INT", "dotnet", ProcessTests.Program, "fit", "--network", "dense", "--epochs", "1000",
            "--threads", "1", "--data", "generated", "--runs-folder", _folder,
        ],
        (process, line) =>
        {
            // After the first epoch there is a checkpoint.
            if (!line.StartsWith("epoch 1/", StringComparison.Ordinal)) return;
            Interrupt(process);
            // Pending signals of the same kind are merged, so send the second until the process ends.
            while (again && !process.HasExited) Interrupt(process);
        });

    private static void Interrupt(Process process)
    {
        var start = new ProcessStartInfo("kill", ["-INT", $"{process.Id}"]) { RedirectStandardError = true };
        using Process kill = Process.Start(start)!;
        kill.WaitForExit();
    }
}
