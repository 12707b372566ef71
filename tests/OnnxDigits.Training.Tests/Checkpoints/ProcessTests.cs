using System.Diagnostics;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;

namespace OnnxDigits.Training.Tests.Checkpoints;

/// <summary>
/// Kills the training program, resumes the run and compares the model with that of an uninterrupted run.
/// </summary>
public sealed class ProcessTests : IDisposable
{
    internal static readonly string Program = Path.Combine(AppContext.BaseDirectory, "digit-train.dll");

    // The data set of --data generated.
    private static readonly Lazy<DigitDataSet> Digits =
        new(() => DigitDataSource.Open(new DigitDataOptions { Data = DigitDataSet.Generated }));

    private static readonly Lazy<byte[]> Uninterrupted = new(() =>
    {
        using var command = new CommandRunner { OpenData = _ => Digits.Value };
        Assert.Equal(0, command.Run(Arguments(command.Folder)));
        return Model(command.Folder);
    });

    private readonly CommandRunner _command = new() { OpenData = _ => Digits.Value };

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Resume_AfterKill_GivesTheSameModelToTheByte()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal(128 + 9, SignalAfterAnEpoch("KILL").Code);
        Resume("Resuming");
    }

    [Theory]
    [InlineData("TERM", ExitCode.Terminated)]
    [InlineData("HUP", ExitCode.HungUp)]
    public void Resume_AfterSigTermOrSigHup_GivesTheSameModelToTheByte(string signal, int expected)
    {
        if (!OperatingSystem.IsLinux()) return;
        (int code, string output) = SignalAfterAnEpoch(signal);
        Assert.Equal(expected, code);
        Assert.Contains("Stopping after this step.", output, StringComparison.Ordinal);
        Assert.Contains("--resume continues after epoch", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_command.Folder, "*.onnx", SearchOption.AllDirectories));
        Resume("Resuming");
    }

    /// <summary>
    /// Simulates a full disk with a limit on file sizes, below the size of a checkpoint and of the weights.
    /// </summary>
    [Fact]
    public void Resume_AfterAFullDisk_GivesTheSameModelToTheByte()
    {
        if (!OperatingSystem.IsLinux()) return;
        string arguments = string.Join(' ', Arguments(_command.Folder).Select(argument => $"'{argument}'"));
        (int code, string output) = Run(
            [
                "bash", "-c",
                $"ulimit -f 1000; trap '' XFSZ; DOTNET_EnableWriteXorExecute=0 exec dotnet '{Program}' {arguments}",
            ],
            (_, _) => { });
        Assert.Equal(ExitCode.Output, code);
        Assert.Contains("warning: The checkpoint could not be saved", output, StringComparison.Ordinal);
        Assert.Contains("cannot be written", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_command.Folder, "*.tmp", SearchOption.AllDirectories));
        Resume("Nothing to resume");
    }

    private void Resume(string says)
    {
        Assert.Equal(0, _command.Run([.. Arguments(_command.Folder), "--resume"]));
        Assert.Contains(says, _command.Output.ToString(), StringComparison.Ordinal);
        Assert.True(Uninterrupted.Value.AsSpan().SequenceEqual(Model(_command.Folder)), "The models differ.");
        string model = Directory.GetFiles(_command.Folder, "dense.onnx", SearchOption.AllDirectories).Single();
        string run = Path.GetDirectoryName(model)!;
        Assert.False(File.Exists(Checkpoint.PathIn(run)));
    }

    private (int Code, string Output) SignalAfterAnEpoch(string signal) =>
        Run(["dotnet", Program, .. Arguments(_command.Folder)], (process, line) =>
        {
            if (line.StartsWith("epoch 1/", StringComparison.Ordinal))
            {
                Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
            }
        });

    private static string[] Arguments(string folder) =>
    [
        "fit", "--network", "dense", "--epochs", "3", "--batch-size", "500", "--threads", "1",
        "--data", "generated", "--runs-folder", folder,
    ];

    private static byte[] Model(string folder) =>
        File.ReadAllBytes(Directory.GetFiles(folder, "dense.onnx", SearchOption.AllDirectories).Single());

    internal static (int Code, string Output) Run(string[] command, Action<Process, string> onLine)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        var output = new List<string>();
        while (process.StandardOutput.ReadLine() is string line)
        {
            output.Add(line);
            onLine(process, line);
        }

        process.WaitForExit();
        return (process.ExitCode, string.Join('\n', output) + error.Result);
    }
}
