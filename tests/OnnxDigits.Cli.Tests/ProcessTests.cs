using System.Diagnostics;

namespace OnnxDigits.Cli.Tests;

/// <summary>Tests the command as a process: signals, pipes and full disks.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    private const int LinesBeforeTheSignal = 20_000;

    private readonly DigitFolder _folder = DigitFolder.WithDigits(20);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-INT", ExitCode.Interrupted)]
    [InlineData("-TERM", ExitCode.Terminated)]
    [InlineData("-HUP", ExitCode.HungUp)]
    public void Signal_MidRun_KeepsWhatIsWrittenAndGivesItsCode(string signal, int code)
    {
        if (!OperatingSystem.IsLinux()) return;
        var (exit, rows, error) = RunEndlessly(signal, "-f", "csv");
        Assert.Equal(code, exit);
        Assert.Equal("infer: stopped.", error.Trim());
        Assert.EndsWith("\n", rows);
        Assert.True(rows.Count(c => c == '\n') > 100, rows);

        (exit, _, _) = RunEndlessly(signal, "-o", _folder.Combine("rows.csv"));
        Assert.Equal(code, exit);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    /// <summary>Runs the command with an endless list and stops it by a signal.</summary>
    private (int Code, string Output, string Error) RunEndlessly(string signal, params string[] arguments)
    {
        // Background jobs of a shell ignore SIGINT, and so do the processes they start.
        string[] command = ["--default-signal=INT", "dotnet", Program, "--files-from", "-", .. arguments];
        using var process = Process.Start(new ProcessStartInfo("env", command)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            // Far more than the buffer of a pipe, so the command has written rows before the signal.
            for (int line = 0; line < 100 * LinesBeforeTheSignal && !process.HasExited; line++)
            {
                process.StandardInput.WriteLine(_folder.Combine("none.png"));
                if (line == LinesBeforeTheSignal) Process.Start("kill", [signal, $"{process.Id}"]).Dispose();
            }
        }
        catch (IOException)
        {
            // The command has ended.
        }
        if (!process.WaitForExit(TimeSpan.FromSeconds(10))) process.Kill();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    [Fact]
    public void ClosedPipe_EndsTheRunSilently()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (_, rows, error) = Shell(
            $"(while :; do echo '{_folder.Path}/none.png' || exit; done 2> /dev/null) | "
            + $"(dotnet '{Program}' --files-from - -f csv -q; echo \"code $?\" >&2) | head -1");
        Assert.StartsWith("path,label", rows);
        Assert.Equal($"code {ExitCode.BrokenPipe}", error.Trim());
    }

    [Theory]
    [InlineData("> /dev/full", "the results cannot be written")]
    [InlineData("-o /dev/full", "cannot be written")]
    [InlineData("--report /dev/full", "--report")]
    public void FullDisk_IsOneSentence(string where, string sentence)
    {
        if (!OperatingSystem.IsLinux()) return;
        var (exit, _, error) = Shell($"dotnet '{Program}' '{_folder.Path}' -f csv -q {where}");
        Assert.Equal(ExitCode.Output, exit);
        Assert.Contains(sentence, error);
        Assert.Single(error.Trim().Split('\n'));
    }

    /// <summary>A limit on the file size simulates a full disk without mounting one.</summary>
    [Theory]
    [InlineData("-f csv -o", "rows.csv")]
    [InlineData("-f parquet -o", "rows.parquet")]
    [InlineData("-q --report", "report")]
    public void Output_NoRoomForAllOfIt_IsOneSentenceAndLeavesWhatWasThere(string option, string name)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var digits = DigitFolder.WithDigits(200);
        string output = _folder.Combine(name);
        bool isFile = option.EndsWith("-o", StringComparison.Ordinal);
        if (isFile) File.WriteAllText(output, "old");
        // Without W^X, the runtime doesn't map its memory through a file, to which the limit would apply.
        var (exit, rows, error) = ProcessRun.Of(
            "bash", "-c",
            "ulimit -f 4; trap '' XFSZ; DOTNET_EnableWriteXorExecute=0 "
            + $"dotnet '{Program}' '{digits.Path}' {option} '{output}' --force > /dev/null");
        Assert.Equal("", rows);
        Assert.Equal(ExitCode.Output, exit);
        Assert.Contains("exceed the size limit of its file system", error);
        Assert.Single(error.Trim().Split('\n'));
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp", everything));
        if (isFile) Assert.Equal("old", File.ReadAllText(output));
    }

    [Fact]
    public void Input_FileAndFolderThatMayNotBeRead_AreRowsThatSaySo()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var digits = DigitFolder.WithDigits(3);
        string file = digits.Write("locked.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        string folder = Path.GetDirectoryName(digits.Write("locked/7.png", []))!;
        File.SetUnixFileMode(file, UnixFileMode.None);
        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            // Root needs to drop the capabilities that override permissions.
            string[] unprivileged = Environment.UserName == "root"
                ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
                : ["env"];
            var (exit, rows, _) = ProcessRun.Of(
                unprivileged[0], [.. unprivileged[1..], "dotnet", Program, digits.Path, "-f", "csv", "-q"]);
            Assert.Equal(ExitCode.Failed, exit);
            string[] lines = rows.TrimEnd().Split('\n');
            Assert.Equal(6, lines.Length);
            string fileRow = lines.Single(line => line.StartsWith($"{file},", StringComparison.Ordinal));
            string folderRow = lines.Single(line => line.StartsWith($"{folder},", StringComparison.Ordinal));
            Assert.Matches($",error,.*Cannot read '{file}': access is denied", fileRow);
            Assert.Matches($",error,.*Cannot read the folder '{folder}': access is denied.,", folderRow);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The telemetry of ONNX Runtime would write an identifier and a database to the home folder.</summary>
    [Fact]
    public void Run_InAnEmptyHome_LeavesNothingThere()
    {
        if (OperatingSystem.IsWindows()) return;
        // An empty environment, because the telemetry is off on build servers.
        string home = Directory.CreateDirectory(_folder.Combine("home")).FullName;
        var (exit, rows, error) = Shell(
            $"env -i PATH=\"$PATH\" HOME='{home}' dotnet '{Program}' '{_folder.Path}' -f csv -q");
        Assert.Equal("", error);
        Assert.Equal(0, exit);
        Assert.Equal(21, rows.Count(c => c == '\n'));
        Assert.Empty(Directory.GetFileSystemEntries(home, "*", SearchOption.AllDirectories));
    }

    private static (int Code, string Output, string Error) Shell(string command) => ProcessRun.Of("sh", "-c", command);
}
