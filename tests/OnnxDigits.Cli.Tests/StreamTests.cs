using System.Diagnostics;

namespace OnnxDigits.Cli.Tests;

/// <summary>Tests lists that are still being written, and standard streams that are closed.</summary>
public sealed class StreamTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    // Far more than the command needs, for busy machines.
    private const int Patience = 60_000;

    private readonly DigitFolder _folder = DigitFolder.WithDigits(3);

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Patience)]
    [InlineData("-")]
    [InlineData("--files-from", "-")]
    public async Task Signal_WhileStandardInputIsRead_EndsTheRun(params string[] arguments)
    {
        var token = TestContext.Current.CancellationToken;
        using var stop = new StopSignal();
        using var silent = new SilentStream(stop.Interrupt);
        using var error = new StringWriter();
        var console = new InferConsole(TextWriter.Null, error) { Input = silent };
        int code = await Task.Run(() => InferApplication.Run(arguments, console, stop), token);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal("infer: stopped.", error.ToString().Trim());
    }

    [Theory(Timeout = Patience)]
    [InlineData("csv", true)]
    [InlineData("jsonl", true)]
    [InlineData("jsonl", false)]
    public async Task List_StillWritten_HasItsRowsAtOnceAndEndsByASignal(string format, bool isNamedPipe)
    {
        if (!OperatingSystem.IsLinux()) return;
        var token = TestContext.Current.CancellationToken;
        string pipe = _folder.Combine("list");
        if (isNamedPipe) await Process.Start("mkfifo", pipe).WaitForExitAsync(token);
        // Background jobs of a shell ignore SIGINT, and so do the processes they start.
        string[] command =
        [
            "--default-signal=INT", "dotnet", Program, "--files-from", isNamedPipe ? pipe : "-", "-f", format, "-q",
        ];
        using var process = Process.Start(new ProcessStartInfo("env", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await using var list = isNamedPipe
                ? await Task.Run(() => new StreamWriter(pipe), token)
                : process.StandardInput;
            foreach (string image in Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories))
            {
                await list.WriteLineAsync(image.AsMemory(), token);
                await list.FlushAsync(token);
                string? row;
                do
                {
                    row = await process.StandardOutput.ReadLineAsync(token);
                }
                while (row?.StartsWith("path,", StringComparison.Ordinal) == true);
                Assert.Contains(image, row);
            }
            await Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExitAsync(token);
            await process.WaitForExitAsync(token);
            Assert.Equal(ExitCode.Interrupted, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [Theory]
    [InlineData("- <&-", ExitCode.Usage, "standard input is closed")]
    [InlineData("--files-from - <&-", ExitCode.Usage, "standard input is closed")]
    [InlineData("none.png >&-", ExitCode.Output, "standard output is closed")]
    [InlineData("none.png <&- >&-", ExitCode.Output, "standard output is closed")]
    [InlineData("none.png -q 2>&-", ExitCode.Failed, "")]
    [InlineData("none.png 2> /dev/full", ExitCode.Failed, "")]
    [InlineData("--bogus 2> /dev/full", ExitCode.Usage, "")]
    public void Stream_Closed_IsOneSentence(string arguments, int code, string sentence) =>
        AssertShell($"dotnet '{Program}' {arguments}", code, sentence);

    [Fact]
    public void OpenFiles_AnyNumberWithWhichDotNetStarts_IsOneSentence()
    {
        if (!OperatingSystem.IsLinux()) return;
        int[] limits = [.. Enumerable.Range(10, 20), 40, 127];
        // .NET itself fails below about 22, and sometimes above a limit with which it starts.
        var runs = limits.Select(limit => ProcessRun.Of(
            "bash", "-c", $"ulimit -n {limit}; exec dotnet '{Program}' none.png")).ToList();
        int first = runs.FindLastIndex(run => !run.Error.StartsWith("infer: ", StringComparison.Ordinal)) + 1;
        Assert.InRange(first, 0, 20);
        const string Sentence = "infer: the process may open too few files. Allow 128 with ulimit -n 128.\n";
        Assert.All(runs[first..], run => Assert.Equal((ExitCode.Model, "", Sentence), run));
    }

    /// <summary>Standard input is selected by its name, whatever the working folder holds.</summary>
    [Theory]
    [InlineData("-")]
    [InlineData("--files-from -")]
    public void StandardInput_WithAFolderNamedDash_IsRead(string arguments)
    {
        if (!OperatingSystem.IsLinux()) return;
        string image = $"{DigitFolder.Set.Test.Label(0)}/000.png";
        bool isImage = arguments == "-";
        var (code, rows, error) = ProcessRun.Of(
            "bash", "-c",
            $"cd '{_folder.Path}' && mkdir ./- && cp {image} - && echo {image} > list "
            + $"&& dotnet '{Program}' {arguments} -f csv -q < {(isImage ? image : "list")}");
        Assert.Equal((ExitCode.Success, 2, ""), (code, rows.Count(c => c == '\n'), error));
        Assert.StartsWith(isImage ? "-," : $"{image},", rows.Split('\n')[1]);
    }

    private static void AssertShell(string command, int code, string sentence)
    {
        if (!OperatingSystem.IsLinux()) return;
        var (exit, _, error) = ProcessRun.Of("bash", "-c", command);
        Assert.Equal(code, exit);
        Assert.Contains(sentence, error);
        Assert.InRange(error.Trim().Split('\n').Length, 0, 1);
    }

    /// <summary>Reports the first read and never returns from it.</summary>
    private sealed class SilentStream(Action read) : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            read();
            Thread.Sleep(Timeout.Infinite);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
