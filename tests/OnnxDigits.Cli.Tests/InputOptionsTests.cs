using System.Text;

namespace OnnxDigits.Cli.Tests;

public sealed class InputOptionsTests : IDisposable
{
    private readonly DigitFolder _folder = new();

    public InputOptionsTests()
    {
        byte[] digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));
        foreach (string name in new[] { "a/1.png", "a/2.png", "a/deep/3.png", "b/1.png", "top.png" })
        {
            _folder.Write(name, digit);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a/1.png b/1.png", "--include", "1.png")]
    [InlineData("a/1.png a/2.png b/1.png", "--include", "?.png", "--exclude", "**/deep/*")]
    [InlineData("a/1.png a/2.png a/deep/3.png", "--include", "**/a/**")]
    [InlineData("b/1.png top.png", "--exclude", "**/a/**")]
    [InlineData("a/2.png top.png", "--exclude", "1.png", "--exclude", "3.png")]
    [InlineData("top.png", "--no-recursion")]
    public void Classify_Filter_TakesWhatItSays(string expected, params string[] options)
    {
        var run = InferRun.Of([_folder.Path, "-f", "csv", .. options]);
        Assert.Equal(expected, string.Join(' ', Paths(run).Select(path => Path.GetRelativePath(_folder.Path, path))));
    }

    [Fact]
    public void Filter_WithoutAMatch_IsNamedInTheError()
    {
        InferRun.Of(_folder.Path, "--include", "*.none")
            .AssertRefused(ExitCode.Data, $"no images that match --include and --exclude in {_folder.Path}.");
        InferRun.OfInput("7.png"u8.ToArray(), "--files-from", "-", "--exclude", "*").AssertRefused(
            ExitCode.Data, "no paths that match --include and --exclude in the list on standard input.");
    }

    [Fact]
    public void Classify_FolderWithOtherFiles_ReportsThemAndEmptyFolders()
    {
        _folder.Write("a/photo.heic", [0, 0, 0, 24, .. "ftypheic\0\0\0\0"u8]);
        _folder.Write("a/notes.txt", "seven"u8.ToArray());
        string empty = Directory.CreateDirectory(_folder.Combine("empty")).FullName;

        var run = InferRun.Of(_folder.Path, empty, "-f", "csv");

        Assert.Equal(ExitCode.Failed, run.Code);
        string row = run.Lines.Single(line => line.Contains("photo.heic"));
        Assert.Contains(",error,", row);
        Assert.Contains("heif-convert photo.heic photo.jpg", row);
        Assert.Contains($"1 file skipped: 1 .txt\nno images in {empty}\n", run.Error);
        InferRun.Of(_folder.Combine("b"), "--include", "*.gif").AssertRefused(ExitCode.Data, "there are no images");
        for (int n = 0; n < 9; n++) _folder.Write($"b/x.extension{n}", []);
        var kinds = InferRun.Of(_folder.Combine("b"), "-f", "csv");
        Assert.Contains("9 files skipped: ", kinds.Error);
        Assert.All(kinds.Error.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        foreach (string file in Directory.GetFiles(_folder.Combine("b"))) File.Delete(file);
        _folder.Write("b/notes", []);
        InferRun.Of(_folder.Combine("b")).AssertRefused(ExitCode.Data, "1 file skipped: 1 without extension.");
    }

    [Theory]
    [InlineData("*.png", "top.png")]
    [InlineData("*/?.png", "a/1.png a/2.png b/1.png")]
    [InlineData("a/*/*.png", "a/deep/3.png")]
    [InlineData("**/3.png", "a/deep/3.png", "x/y/?")]
    public void Classify_Glob_SearchesNoDeeperThanItsPattern(string pattern, params string[] expected)
    {
        if (!OperatingSystem.IsLinux()) return;
        // A folder whose name is not UTF-8 becomes an error row if the search comes to it. .NET cannot delete it.
        ProcessRun.Of("bash", "-c", $"mkdir -p '{_folder.Path}/x/y/'$'\\xff'");
        var run = InferRun.Of(_folder.Combine(pattern), "-f", "csv");
        ProcessRun.Of("rm", "-r", _folder.Combine("x"));
        string[] paths = [.. Paths(run).Select(path => Path.GetRelativePath(_folder.Path, path).Replace('\uFFFD', '?'))];
        Assert.Equal(string.Join(' ', expected), string.Join(' ', paths));
    }

    [Fact]
    public void Classify_NamedFile_IsTakenWhateverTheFilterSays() =>
        Assert.Single(Paths(InferRun.Of(_folder.Combine("top.png"), "--exclude", "*", "-f", "csv")));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0", "--null")]
    public void FilesFrom_List_IsReadInItsOrderWithRepetitions(string separator, params string[] option)
    {
        string[] paths = [.. new[] { "b/1.png", "a/2.png", "none.png", "b/1.png" }.Select(_folder.Combine)];
        string list = _folder.Write("list", Encoding.UTF8.GetBytes(string.Join(separator, paths)));

        var run = InferRun.Of(["--files-from", list, "-f", "csv", .. option]);

        Assert.Equal(paths, Paths(run));
        Assert.Equal(ExitCode.Failed, run.Code);
        var piped = InferRun.OfInput(File.ReadAllBytes(list), ["--files-from", "-", "-f", "csv", .. option]);
        Assert.Equal(run.Output, piped.Output);
    }

    [Fact]
    public void FilesFrom_NulList_TakesNamesWithLineBreaks()
    {
        string path = _folder.Write("two\nlines, \"quoted\".png", File.ReadAllBytes(_folder.Combine("top.png")));
        var run = InferRun.OfInput(Encoding.UTF8.GetBytes(path + "\0"), "--files-from", "-", "-0", "-f", "csv");
        Assert.Contains($"\"{path.Replace("\"", "\"\"")}\",,", run.Output);
        Assert.Equal(ExitCode.Success, run.Code);
    }

    [Fact]
    public void FilesFrom_ListOnTheStandardInputWithADash_TakesItForAFileAndReadsOn()
    {
        string path = _folder.Combine("top.png");
        var run = InferRun.OfInput(Encoding.UTF8.GetBytes($"-\n{path}\n{path}\n"), "--files-from", "-", "-f", "csv");
        Assert.Equal(["./-", path, path], Paths(run));
        Assert.Contains("./-", run.Lines[1]);
        Assert.Equal(ExitCode.Failed, run.Code);
    }

    [Fact]
    public void FilesFrom_ListOfALargeRun_IsNotHeldInMemory()
    {
        // The list is endless, so the run ends only if rows are written while the list is read.
        using var stop = new StopSignal();
        using var output = new StringWriter();
        using var endless = new EndlessList(_folder.Combine("none.png") + "\n", () => stop.Interrupt(), after: 20_000);
        int code = InferApplication.Run(
            ["--files-from", "-", "-f", "csv", "-q"],
            new InferConsole(output, TextWriter.Null) { Input = endless }, stop);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.InRange(output.ToString().Count(c => c == '\n'), 1000, 20_000);
    }

    [Theory]
    [InlineData("", ExitCode.Data, "there are no paths in the list on standard input")]
    [InlineData("\n\n", ExitCode.Data, "there are no paths")]
    [InlineData("a.png\0b.png\0", ExitCode.Usage, "Give --null")]
    public void FilesFrom_BadList_IsRefused(string list, int code, string sentence) =>
        InferRun.OfInput(Encoding.UTF8.GetBytes(list), "--files-from", "-").AssertRefused(code, sentence);

    [Fact]
    public void FilesFrom_NoListAtAll_IsRefused()
    {
        InferRun.OfInput(new byte[100_000], "--files-from", "-").AssertRefused(ExitCode.Usage, "longer than 32767");
        InferRun.Of("--files-from", "nowhere.txt")
            .AssertRefused(ExitCode.Usage, "the list 'nowhere.txt' cannot be read: it does not exist.");
        InferRun.Of("--files-from", _folder.Path).AssertRefused(ExitCode.Usage, "is a folder");
        InferRun.Of("x.png", "--files-from", "-").AssertRefused(ExitCode.Usage, "not both");
        InferRun.Of("x.png", "--null").AssertRefused(ExitCode.Usage, "--files-from");
    }

    [Fact]
    public void FilesFrom_PathWithoutALabelAndMinAccuracy_IsRefused()
    {
        var run = InferRun.OfInput(
            Encoding.UTF8.GetBytes(_folder.Combine("top.png")),
            "--files-from", "-", "--min-accuracy", "0.5", "-f", "jsonl");
        run.AssertRefused(ExitCode.Usage, "top.png' is not in a folder named 0 to 9");
    }

    [Fact]
    public void StandardInput_Image_IsOneRowLikeTheFile()
    {
        byte[] image = File.ReadAllBytes(_folder.Combine("top.png"));
        var piped = InferRun.OfInput(image, "-", "-f", "csv");
        var read = InferRun.Of(_folder.Combine("top.png"), "-f", "csv");
        Assert.Equal(read.Output.Replace(_folder.Combine("top.png"), "-"), piped.Output);
    }

    [Fact]
    public void StandardInput_NoImage_IsARowWithItsReason()
    {
        var run = InferRun.OfInput("text"u8.ToArray(), "-", "-f", "csv");
        Assert.Contains("Cannot read 'standard input': it is not an image", run.Output);
        Assert.Contains("Cannot read 'standard input': it is empty", InferRun.OfInput([], "-", "-f", "csv").Output);
        Assert.Equal(ExitCode.Failed, run.Code);
    }

    [Fact]
    public void StandardInput_Terminal_IsRefusedAtOnce()
    {
        using var error = new StringWriter();
        int code = InferApplication.Run(
            ["-"], new InferConsole(TextWriter.Null, error) { InputIsTerminal = true }, new StopSignal());
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("Pipe one in", error.ToString());
    }

    private static IEnumerable<string> Paths(InferRun run) => run.Rows.Select(fields => fields[0]);

    private sealed class EndlessList(string entry, Action enough, int after) : MemoryStream
    {
        private readonly byte[] _entry = Encoding.UTF8.GetBytes(entry);
        private int _count;

        public override int Read(Span<byte> buffer)
        {
            if (++_count == after) enough();
            _entry.CopyTo(buffer);
            return _entry.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
