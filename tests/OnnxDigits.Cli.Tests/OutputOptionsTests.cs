using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ParquetSharp;
using SkiaSharp;

namespace OnnxDigits.Cli.Tests;

public sealed class OutputOptionsTests : IDisposable
{
    private readonly DigitFolder _folder = DigitFolder.WithDigits(40);
    private readonly DigitFolder _target = new();

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Fact]
    public void Parquet_ReadByAnotherLibrary_SaysTheSameAsCsv()
    {
        _folder.Write("3/bad.png", "text"u8.ToArray());
        _folder.Write("blank.png", DigitFolder.EncodePng(new byte[784]));
        string path = _target.Combine("rows.parquet");
        Assert.Equal(ExitCode.Failed, InferRun.Of(_folder.Path, "-o", path, "--top", "2").Code);
        var csv = InferRun.Of(_folder.Path, "-f", "csv", "--top", "2").Lines;

        using var reader = new ParquetFileReader(path);
        using var group = reader.RowGroup(0);
        var schema = reader.FileMetaData.Schema;
        string[] names = [.. Enumerable.Range(0, schema.NumColumns).Select(column => schema.Column(column).Name)];
        Assert.Equal(csv[0].Split(','), names);
        Assert.Equal(csv.Length - 1, group.MetaData.NumRows);
        for (int column = 0; column < names.Length; column++)
        {
            string[] expected = [.. csv.Skip(1).Select(line => Field(line, column))];
            Assert.Equal(expected, Texts(group.Column(column), csv.Length - 1));
        }
    }

    [Fact]
    public void Parquet_MoreRowsThanAGroup_AreAllThere()
    {
        string path = _target.Combine("rows.parquet");
        string list = string.Concat(Enumerable.Range(0, 17_000).Select(row => $"none{row}.png\n"));
        InferRun.OfInput(System.Text.Encoding.UTF8.GetBytes(list), "--files-from", "-", "-o", path, "-q");

        using var reader = new ParquetFileReader(path);
        Assert.Equal((2, 17_000), (reader.FileMetaData.NumRowGroups, reader.FileMetaData.NumRows));
    }

    [Fact]
    public void Parquet_ToTheStandardOutput_IsRefused() =>
        InferRun.Of(_folder.Path, "-f", "parquet").AssertRefused(ExitCode.Usage, "--output");

    [Fact]
    public void Top_EveryFormat_ShowsTheBestDigitsInOrder()
    {
        foreach (string line in InferRun.Of(_folder.Path, "-f", "csv", "-k", "3").Lines.Skip(1))
        {
            string[] fields = line.Split(',');
            double[] scores = [.. fields[4..14].Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            var expected = scores.Index().OrderByDescending(score => score.Item).Take(3)
                .Select(score => $"{score.Index}:{fields[4 + score.Index]}");
            Assert.Equal([string.Join(' ', expected), "1"], fields[^2..]);
        }
        using var json = JsonDocument.Parse(InferRun.Of(_folder.Path, "-f", "jsonl", "-k", "2").Lines[0]);
        var top = json.RootElement.GetProperty("top");
        Assert.Equal(2, top.GetArrayLength());
        Assert.Equal(json.RootElement.GetProperty("digit").GetInt32(), top[0].GetProperty("digit").GetInt32());
        Assert.Equal(
            json.RootElement.GetProperty("confidence").GetDouble(), top[0].GetProperty("confidence").GetDouble());
        var table = InferRun.Of(_folder.Path, "-f", "table", "-k", "2");
        Assert.Equal(1 + 40 * 2, table.Lines.Length);
        Assert.All(table.Lines.Skip(1).Chunk(2), row => Assert.Matches(@"^ {10}\d:[01]\.\d{3} \d:0\.\d{3}$", row[1]));
    }

    [Fact]
    public void SavePreprocessed_MnistImages_AreWhatTheNetworkSaw()
    {
        string folder = _target.Combine("seen");
        _folder.Write("0/!blank.png", DigitFolder.EncodePng(new byte[784]));
        var run = InferRun.Of(_folder.Path, "-f", "csv", "--save-preprocessed", folder);
        string[] rows = [.. run.Lines.Skip(1).Select(line => line.Split(',')[0])];

        // The first row is blank and has no file.
        Assert.Equal(40, FileNames(folder).Count());
        for (int row = 1; row < rows.Length; row++)
        {
            string name = Path.GetFileNameWithoutExtension(rows[row]);
            using var bitmap = SKBitmap.Decode(Path.Combine(folder, $"{row + 1:000000}-{name}.png"));
            int index = int.Parse(name, CultureInfo.InvariantCulture);
            Assert.Equal(DigitFolder.Set.Test.Image(index).ToArray(), bitmap.GetPixelSpan().ToArray());
        }
    }

    [Fact]
    public void SavePreprocessed_NamesAsLongAsTheFileSystemTakes_AreCutBetweenCharacters()
    {
        if (OperatingSystem.IsWindows()) return;
        string folder = _target.Combine("seen"), longest = new('七', 83);
        using var digits = new DigitFolder();
        digits.Write($"7/{longest}.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        Assert.Equal(ExitCode.Success, InferRun.Of(digits.Path, "-f", "csv", "--save-preprocessed", folder).Code);
        Assert.Equal($"000001-{longest[..60]}.png", Assert.Single(FileNames(folder)));
    }

    [Fact]
    public void Report_LabelledImages_HasFiguresMatrixAndMistakes()
    {
        // Digits in the folders of other digits are mistakes.
        for (int n = 0; n < 5; n++)
        {
            int wrongLabel = (DigitFolder.Set.Test.Label(n) + 1) % 10;
            _folder.Write($"{wrongLabel}/<moved> {n}.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(n)));
        }
        string folder = _target.Combine("report");
        var run = InferRun.Of(_folder.Path, "-f", "csv", "--report", folder, "-q");
        string[][] rows = [.. run.Lines.Skip(1).Select(line => line.Split(','))];
        int wrong = rows.Count(fields => fields[1] != fields[2]);

        Assert.Equal(["confusion.csv", "index.html", "summary.json"], FileNames(folder));
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        Assert.Equal(45, summary.RootElement.GetProperty("images").GetInt32());
        Assert.Equal((45.0 - wrong) / 45, summary.RootElement.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(wrong, summary.RootElement.GetProperty("misread").GetInt32());
        var statuses = summary.RootElement.GetProperty("statuses").EnumerateObject();
        Assert.Equal(45, statuses.Sum(status => status.Value.GetInt32()));
        string html = File.ReadAllText(Path.Combine(folder, "index.html"));
        Assert.Contains("&lt;moved&gt; 0.png", html);
        Assert.DoesNotContain("<moved>", html);
        Assert.DoesNotContain("{{", html);
        Assert.Equal(wrong, Regex.Count(html, "<img "));
        Assert.Contains($"<h2>Misread: {wrong}</h2>", html);
        foreach (string link in Links(html)) Assert.True(File.Exists(Path.Combine(folder, link)), link);
        Assert.Equal(100, Regex.Count(html, "<td class=\"(right|wrong)\""));
        Assert.Contains($"({45 - wrong} of 45)", html);
        int counted = File.ReadLines(Path.Combine(folder, "confusion.csv")).Skip(1)
            .Sum(line => line.Split(',').Skip(1).Sum(int.Parse));
        Assert.Equal(45, counted);
    }

    [Fact]
    public void Report_WithoutLabels_LeavesNoConfusionOfAnEarlierRun()
    {
        string folder = _target.Combine("report");
        Assert.Equal(ExitCode.Success, InferRun.Of(_folder.Path, "--report", folder).Code);
        Assert.Contains("confusion.csv", FileNames(folder));
        string unlabeled = _folder.Write("x/x.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        Assert.Equal(ExitCode.Success, InferRun.Of(unlabeled, "--report", folder).Code);
        Assert.Equal(["index.html", "summary.json"], FileNames(folder));
    }

    [Fact]
    public void Report_ImagesThatNeedAttention_AreShownWithLinksToTheOriginals()
    {
        string reportFolder = _target.Combine("a/report");
        byte[] digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));
        string wrong = _folder.Write($"{(DigitFolder.Set.Test.Label(0) + 1) % 10}/# 100%.png", digit);
        string bad = _folder.Write("3/bad \"x\".png", "text"u8.ToArray());
        string blank = _folder.Write("3/blank.png", DigitFolder.EncodePng(new byte[784]));

        string rows = _target.Combine("rows.csv");
        var run = InferRun.Of(wrong, bad, blank, "--report", reportFolder, "-o", rows);
        string page = Path.Combine(reportFolder, "index.html");
        Assert.EndsWith($"rows    {rows}\nreport  {page}", run.Error.ReplaceLineEndings("\n").TrimEnd());

        string html = File.ReadAllText(Path.Combine(reportFolder, "index.html"));
        Assert.Equal(
            [wrong, bad, blank],
            Links(html).Select(link => Path.GetFullPath(Path.Combine(reportFolder, link))));
        Assert.Matches(@"Misread: 1</h2>(.|\n)*Errors: 1</h2>(.|\n)*not an image(.|\n)*Blank: 1</h2>", html);
        Assert.DoesNotContain("Uncertain:", html);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(reportFolder, "summary.json")));
        Assert.Equal(1, summary.RootElement.GetProperty("misread").GetInt32());
        Assert.Equal(1, summary.RootElement.GetProperty("blank")[3].GetInt32());
        Assert.Equal(1, summary.RootElement.GetProperty("error")[3].GetInt32());
        Assert.Equal(0, summary.RootElement.GetProperty("recall")[3].GetDouble());
        Assert.Equal(1, summary.RootElement.GetProperty("schema").GetInt32());

        InferRun.Of(_folder.Combine("0"), "--threshold", "1", "--report", reportFolder, "-q");
        Assert.Contains("Uncertain:", File.ReadAllText(Path.Combine(reportFolder, "index.html")));
        byte[] unreadable = "text"u8.ToArray();
        InferRun.OfInput(unreadable, "-", "--report", reportFolder, "-q");
        Assert.Empty(Links(File.ReadAllText(Path.Combine(reportFolder, "index.html"))));
    }

    [Fact]
    public void Report_ImagesWithoutLabels_HasFiguresOnly()
    {
        string image = _folder.Write("unlabelled.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        string folder = _target.Combine("report");
        Assert.Equal(ExitCode.Success, InferRun.Of(image, "--report", folder, "-q").Code);
        Assert.Equal(["index.html", "summary.json"], FileNames(folder));
    }

    [Theory]
    [InlineData("--report")]
    [InlineData("--save-preprocessed")]
    public void FolderOption_WhereThereCanBeNone_IsRefused(string option)
    {
        string file = _target.Write("file", "content"u8.ToArray());
        InferRun.Of(_folder.Path, option, file).AssertRefused(ExitCode.Output, option, file);
        InferRun.Of(_folder.Path, option, "/proc/folder").AssertRefused(ExitCode.Output, option);
    }

    [Theory]
    [InlineData(3, "--max-errors", "3")]
    [InlineData(1, "--on-error", "stop")]
    [InlineData(1, "--on-error", "stop", "--max-errors", "3")]
    public void Errors_AsManyAsMayBe_EndTheRun(int errors, params string[] options)
    {
        for (int n = 0; n < 5; n++) _folder.Write($"bad{n}.png", "text"u8.ToArray());
        var run = InferRun.Of([_folder.Path, "-f", "csv", "-q", .. options]);
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(errors, run.Lines.Skip(1).Count(line => line.Contains(",error,", StringComparison.Ordinal)));
        Assert.Contains("that failed", run.Error);
        Assert.EndsWith(",best.onnx,1", run.Lines[^1]);

        Assert.Equal(ExitCode.Failed, InferRun.Of([_folder.Path, "-o", _target.Combine("rows.csv"), .. options]).Code);
        Assert.Empty(Directory.GetFileSystemEntries(_target.Path));
    }

    [Fact]
    public void Verbose_SaysWhereTheTimeWent() =>
        Assert.Matches(
            @"decoding \d+\.\d\d s, preprocessing \d+\.\d\d s, network \d+\.\d\d s",
            InferRun.Of(_folder.Path, "-v").Error);

    [Theory]
    [InlineData("bash", "complete -o default")]
    [InlineData("zsh", "compdef _infer infer")]
    [InlineData("fish", "complete --command infer")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void Completion_Shell_PrintsItsScript(string shell, string part) =>
        Assert.Contains(part, InferRun.Of("completion", shell).Output);

    [Fact]
    public void Completion_UnknownShell_IsRefused() =>
        InferRun.Of("completion", "tcsh").AssertRefused(ExitCode.Usage, "bash, zsh, fish, pwsh", "'tcsh'");

    private static IEnumerable<string> Links(string html) => Regex.Matches(html, "<a href=\"([^\"]*)\"")
        .Select(match => Uri.UnescapeDataString(System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)));

    private static IEnumerable<string> FileNames(string folder) =>
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != ".infer")
            .Order(StringComparer.Ordinal);

    private static string Field(string line, int column)
    {
        var fields = new List<string>();
        bool quoted = false;
        string field = "";
        foreach (char c in line + ",")
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field);
                field = "";
            }
            else
            {
                field += c;
            }
        }
        return fields[column];
    }

    private static IEnumerable<string> Texts(ColumnReader reader, int rows)
    {
        using (reader)
        {
            using var logical = reader.LogicalReader();
            return logical switch
            {
                LogicalColumnReader<string> texts => [.. texts.ReadAll(rows).Select(text => text ?? "")],
                LogicalColumnReader<int?> numbers => [.. numbers.ReadAll(rows).Select(number => $"{number}")],
                LogicalColumnReader<float?> numbers =>
                    [.. numbers.ReadAll(rows).Select(number => number?.ToString(CultureInfo.InvariantCulture) ?? "")],
                LogicalColumnReader<bool?> flags =>
                    [.. flags.ReadAll(rows).Select(flag => flag switch { true => "true", false => "false", _ => "" })],
                _ => throw new NotSupportedException($"{logical.GetType()}"),
            };
        }
    }
}
