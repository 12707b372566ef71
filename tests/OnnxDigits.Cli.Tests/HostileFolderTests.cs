using System.Text;

namespace OnnxDigits.Cli.Tests;

/// <summary>Unusual names, links and special files in a folder.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private static readonly byte[] Digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));

    private readonly DigitFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("two\nlines.png")]
    [InlineData("comma, quote \" and ; semicolon.png")]
    [InlineData("@list.png")]
    [InlineData("-dash.png")]
    [InlineData("--model.png")]
    [InlineData(" leading and trailing .png")]
    [InlineData("tab\there.png")]
    [InlineData("שבע.png")]
    [InlineData("\u202Egnp.right-to-left.png")]
    [InlineData("七 🖊 é e\u0301.png")]
    [InlineData("*?[a].png")]
    [InlineData("$(HOME) `date` %PATH%.png")]
    [InlineData("escape \e[31m.png")]
    [InlineData("back\\slash.png")]
    [InlineData(".hidden.png")]
    public void Folder_OddName_IsARowThatCanBeReadBack(string name)
    {
        string path = _folder.Write(name, Digit);
        var csv = InferRun.Of(_folder.Path, "-f", "csv");
        csv.AssertCheap();
        Assert.Equal(ExitCode.Success, csv.Code);
        string field = path.AsSpan().ContainsAny(",\"\r\n") ? $"\"{path.Replace("\"", "\"\"")}\"" : path;
        Assert.Contains($"{field},", csv.Output);

        using var json = System.Text.Json.JsonDocument.Parse(InferRun.Of(_folder.Path, "-f", "jsonl").Lines.Single());
        Assert.Equal(path, json.RootElement.GetProperty("path").GetString());
        // A row of a table is one line without escape sequences.
        var table = InferRun.Of(_folder.Path, "-f", "table");
        Assert.Equal(2, table.Lines.Length);
        Assert.DoesNotContain('\e', table.Output);
    }

    [Fact]
    public void Folder_NamesThatAreNotUtf8_AreRowsThatSaySo()
    {
        if (!OperatingSystem.IsLinux()) return;
        // .NET can't create such names.
        _folder.Write("x.png", Digit);
        string[] commands = [@"cp x.png $'caf\350.png'", @"cp x.png $'caf\351.png'", @"mkdir $'caf\351'"];
        foreach (string command in commands)
        {
            Run("bash", "-c", $"cd '{_folder.Path}' && {command}");
        }
        var run = InferRun.Of(_folder.Path, "-f", "csv");
        string[] names = ["caf\uFFFD", "caf\uFFFD.png", "caf\uFFFD.png", "x.png"];
        Assert.Equal(names, run.Lines.Skip(1).Select(line => Path.GetFileName(line.Split(',')[0])));
        Assert.All(run.Lines[1..4], line => Assert.Contains("its name is not valid UTF-8. Rename it.", line));
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("not valid UTF-8", InferRun.Of(_folder.Combine("caf\uFFFD.png"), "-f", "csv").Output);
        Run("sh", "-c", $"rm -r '{_folder.Path}'/caf*");
    }

    [Theory]
    [InlineData("loop", "..")]
    [InlineData("self", ".")]
    public void Folder_LinkBackUp_IsNotFollowed(string name, string target)
    {
        _folder.Write("a/1.png", Digit);
        Directory.CreateSymbolicLink(_folder.Combine($"a/{name}"), target);
        var run = InferRun.Of(_folder.Path, "-f", "csv");
        Assert.Equal(2, run.Lines.Length);
        Assert.Contains("1 file skipped: 1 linked folder\n", run.Error);
    }

    [Theory]
    [InlineData("broken link", "does not exist")]
    [InlineData("link to itself", "")]
    [InlineData("pipe", "pipe or a device")]
    [InlineData("link to a pipe", "pipe or a device")]
    [InlineData("link to a device", "pipe or a device")]
    [InlineData("folder", "folder")]
    public void Folder_WhatIsNoFile_IsARowAtOnce(string kind, string reason)
    {
        if (!OperatingSystem.IsLinux()) return;
        _folder.Write("good.png", Digit);
        string path = _folder.Combine("odd.png");
        switch (kind)
        {
            case "broken link": File.CreateSymbolicLink(path, _folder.Combine("none.png")); break;
            case "link to itself": File.CreateSymbolicLink(path, path); break;
            case "pipe": Run("mkfifo", path); break;
            case "link to a pipe":
                Run("mkfifo", _folder.Combine("fifo"));
                File.CreateSymbolicLink(path, _folder.Combine("fifo"));
                break;
            case "link to a device": File.CreateSymbolicLink(path, "/dev/zero"); break;
            default: Directory.CreateDirectory(path); break;
        }
        // Listed by path, because a search of a folder doesn't return folders.
        string list = $"{_folder.Combine("good.png")}\n{path}\n";
        var run = InferRun.OfInput(Encoding.UTF8.GetBytes(list), "--files-from", "-", "-f", "csv");
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(3, run.Lines.Length);
        Assert.Contains(",ok,", run.Lines[1]);
        Assert.Contains(",error,", run.Lines[2]);
        Assert.Contains(reason, run.Lines[2]);
        run.AssertCheap();
    }

    [Fact]
    public void Folder_FileThatVanishes_IsARow()
    {
        string first = _folder.Write("1.png", Digit), second = _folder.Write("2.png", Digit);
        using var list = new ActingStream($"{first}\n", $"{second}\n", () => File.Delete(second));
        using var output = new StringWriter();
        int code = InferApplication.Run(
            ["--files-from", "-", "-f", "csv", "-b", "1", "-t", "1"],
            new InferConsole(output, TextWriter.Null) { Input = list }, new StopSignal());
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains($"{second},,,,,,,,,,,,,,error,", output.ToString());
    }

    [Fact]
    public void Folder_ManyEmptyFiles_AreAllRows()
    {
        const int Count = 20_000;
        for (int n = 0; n < Count; n++) File.WriteAllBytes(_folder.Combine($"{n}.png"), []);
        var run = InferRun.Of(_folder.Path, "-f", "csv", "-q");
        Assert.Equal(Count + 1, run.Lines.Length);
        Assert.All(run.Lines.Skip(1), line => Assert.Contains("is empty", line));
    }

    [Fact]
    public void Folder_DeepTree_IsSearchedToTheBottom()
    {
        string deep = string.Join('/', Enumerable.Repeat("d", 200));
        _folder.Write($"{deep}/7.png", Digit);
        Assert.Equal(2, InferRun.Of(_folder.Path, "-f", "csv").Lines.Length);
    }

    private static void Run(string program, params string[] arguments) =>
        Assert.Equal(0, ProcessRun.Of(program, arguments).Code);

    /// <summary>A list that calls a function before its second path is read.</summary>
    private sealed class ActingStream(string first, string second, Action act) : MemoryStream
    {
        private int _step;

        public override int Read(Span<byte> buffer)
        {
            string text = _step switch { 0 => first, 1 => second, _ => "" };
            if (_step++ == 1) act();
            return Encoding.UTF8.GetBytes(text, buffer);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
