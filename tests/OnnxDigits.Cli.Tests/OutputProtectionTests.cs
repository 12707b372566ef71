namespace OnnxDigits.Cli.Tests;

/// <summary>Tests that outputs never destroy a file of the user.</summary>
public sealed class OutputProtectionTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    private readonly DigitFolder _folder = DigitFolder.WithDigits(3);
    private readonly DigitFolder _target = new();

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Theory]
    [InlineData("image")]
    [InlineData("link")]
    [InlineData("hard link")]
    [InlineData("list")]
    [InlineData("listed image")]
    [InlineData("model")]
    [InlineData("library")]
    public void Output_InputOfTheRun_IsRefusedEvenByForce(string what)
    {
        if (!OperatingSystem.IsLinux()) return;
        string image = Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories)[0];
        string file = _target.Write("file", "content"u8.ToArray()), link = _target.Combine("link");
        string list = _target.Write("list", System.Text.Encoding.UTF8.GetBytes($"none.png\n{image}\n"));
        if (what == "link") File.CreateSymbolicLink(link, image);
        if (what == "hard link") ProcessRun.Of("ln", image, link);
        var (output, inputs) = what switch
        {
            "image" => (image, (string[])[_folder.Path]),
            "list" => (list, ["--files-from", list]),
            "listed image" => (image, ["--files-from", list]),
            "model" => (file, [_folder.Path, "--model", file]),
            "library" => (file, [_folder.Path, "--device", "cuda", "--provider-library", $"cuda={file}"]),
            _ => (link, [_folder.Path]),
        };
        byte[] before = File.ReadAllBytes(output);

        InferRun.Of([.. inputs, "-o", output, "-f", "csv", "--force"])
            .AssertRefused(ExitCode.Output, $"'{output}' is an input of this run");

        Assert.Equal(before, File.ReadAllBytes(output));
        Assert.Empty(Directory.GetFiles(_target.Path, "*.tmp"));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("--files-from -")]
    public void Output_StandardInput_IsRefused(string option)
    {
        if (!OperatingSystem.IsLinux()) return;
        string file = _target.Write("file", "content"u8.ToArray());
        var (code, _, error) = ProcessRun.Of(
            "bash", "-c", $"dotnet '{Program}' {option} -f csv --force -o '{file}' < '{file}'");
        Assert.Equal(ExitCode.Output, code);
        Assert.Contains($"'{file}' is an input of this run", error);
        Assert.Equal("content", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("--files-from '{0}' >> '{0}'")]
    [InlineData("--files-from - < '{0}' >> '{0}'")]
    [InlineData("'{0}' >> '{0}'")]
    [InlineData("- < '{0}' >> '{0}'")]
    [InlineData("nowhere.png --model '{0}' >> '{0}'")]
    public void StandardOutput_InputOfTheRun_IsRefused(string arguments)
    {
        if (!OperatingSystem.IsLinux()) return;
        string file = _target.Write("file", "content"u8.ToArray());
        var (code, _, error) = ProcessRun.Of("bash", "-c", $"dotnet '{Program}' {string.Format(arguments, file)}");
        Assert.Equal(ExitCode.Output, code);
        Assert.Contains("infer: standard output is an input of this run", error);
        Assert.Equal("content", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("rows.CSV", "csv")]
    [InlineData("rows.jsonl", "jsonl")]
    [InlineData("rows.txt", "table")]
    [InlineData("rows.parquet", null)]
    public void Output_ExistingFile_IsReplacedIfItIsAResultOrByForce(string name, string? format)
    {
        string rows = _target.Combine(name);
        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, "-o", rows).Code);
        byte[] result = File.ReadAllBytes(rows);
        if (format is not null)
        {
            Assert.Equal(InferRun.Of(_folder.Path, "-f", format).Output, System.Text.Encoding.UTF8.GetString(result));
        }
        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, "-o", rows).Code);
        File.WriteAllBytes(rows, []);
        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, "-o", rows).Code);

        foreach (byte[] content in (byte[][])[.. Foreign(), result[5..]])
        {
            File.WriteAllBytes(rows, content);
            InferRun.Of(_folder.Path, "-o", rows)
                .AssertRefused(ExitCode.Output, $"'{rows}' exists and has no results of infer", "--force");
            Assert.Equal(content, File.ReadAllBytes(rows));
        }

        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, "-o", rows, "--force").Code);
        Assert.Equal(result, File.ReadAllBytes(rows));
    }

    private static IEnumerable<byte[]> Foreign() =>
    [
        "path,size\na,1\n"u8.ToArray(),
        "{\"path\":\"a\"}\n"u8.ToArray(),
        "{\"path\":"u8.ToArray(),
        "PAR1 and no more"u8.ToArray(),
        DigitFolder.EncodePng(new byte[784]),
    ];

    [Theory]
    [InlineData("--report", "index.html")]
    [InlineData("--save-preprocessed", "000001-000.png")]
    public void Folder_WithFilesOfTheUser_IsRefusedUnlessForced(string option, string name)
    {
        string file = _target.Write(name, "content"u8.ToArray());
        InferRun.Of(_folder.Path, option, _target.Path).AssertRefused(ExitCode.Output, option, "is not empty", "--force");
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(_target.Path));

        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, option, _target.Path, "--force").Code);
        // The folder is now one of this program.
        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, option, _target.Path).Code);
    }

    [Fact]
    public void SavePreprocessed_ToTheFolderOfAnInput_IsRefusedEvenByForce()
    {
        string images = Path.GetDirectoryName(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)[0])!;
        InferRun.Of(_folder.Path, "--save-preprocessed", images, "--force")
            .AssertRefused(ExitCode.Output, $"'{images}' is an input of this run");
    }

    [Theory]
    [InlineData("image.jpg", "the extension of 'image.jpg' names no format")]
    [InlineData("rows", "names no format")]
    [InlineData("out/confusion.csv", "'out/confusion.csv' is a file of --report", "--report", "out")]
    [InlineData("rows.csv", "--format jsonl contradicts the extension of 'rows.csv'", "-f", "jsonl")]
    public void Output_ThatContradictsItsOptions_IsRefused(string name, string part, params string[] options) =>
        InferRun.Of([_folder.Path, "-o", name, .. options]).AssertRefused(ExitCode.Usage, part);

    [Fact]
    public void Output_DashOrLastFormat_IsStandardOutput()
    {
        var csv = InferRun.Of(_folder.Path, "-f", "csv");
        Assert.Equal(csv.Output, InferRun.Of(_folder.Path, "-f", "jsonl", "-o", "-", "-f", "csv").Output);
        Assert.DoesNotContain("JSON lines", csv.Error);
        Assert.False(File.Exists("-"));
    }

    [Fact]
    public void Summary_NamesWhereResultsAre()
    {
        string rows = _target.Combine("rows.csv"), report = _target.Combine("report"), seen = _target.Combine("seen");
        string[] outputs = ["-o", rows, "--report", report, "--save-preprocessed", seen];
        var run = InferRun.Of([_folder.Path, .. outputs]);
        Assert.Contains(
            $"\nrows    {rows}\nreport  {Path.Combine(report, "index.html")}\nimages  {seen}\n",
            run.Error.ReplaceLineEndings("\n"));
        Assert.Empty(InferRun.Of([_folder.Path, .. outputs, "-q"]).Error);

        run = InferRun.Of(_folder.Path);
        Assert.StartsWith("{", run.Output);
        Assert.Single(run.Error.Split('\n'), line => line.Contains("JSON lines, because standard output is not"));
    }
}
