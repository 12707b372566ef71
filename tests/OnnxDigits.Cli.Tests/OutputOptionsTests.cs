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
        _folder.Write("blank.png", DigitFolder.EncodePng(new byte[784], width: 56));
        string path = _target.Combine("rows.parquet");
        Assert.Equal(ExitCode.Failed, InferRun.Of(_folder.Path, "-o", path, "--top", "2").Code);
        var run = InferRun.Of(_folder.Path, "-f", "csv", "--top", "2");
        string[][] csv = run.Rows;

        // The blank image is the last one, and has no most probable digits.
        Assert.Equal(["best.onnx", "", "", "1"], csv[^1][^4..]);
        using var reader = new ParquetFileReader(path);
        using var group = reader.RowGroup(0);
        var schema = reader.FileMetaData.Schema;
        string[] names = [.. Enumerable.Range(0, schema.NumColumns).Select(column => schema.Column(column).Name)];
        Assert.Equal(run.Lines[0].Split(','), names);
        Assert.Equal(csv.Length, group.MetaData.NumRows);
        for (int column = 0; column < names.Length; column++)
        {
            Assert.Equal(csv.Select(fields => fields[column]), Texts(group.Column(column), csv.Length));
        }
    }

    [Fact]
    public void Parquet_TwiceTheRowsOfAGroup_AreTwoGroups()
    {
        string path = _target.Combine("rows.parquet");
        string list = string.Concat(Enumerable.Range(0, 2 * 16_384).Select(row => $"none{row}.png\n"));
        InferRun.OfInput(System.Text.Encoding.UTF8.GetBytes(list), "--files-from", "-", "-o", path, "-q");

        using var reader = new ParquetFileReader(path);
        Assert.Equal(2, reader.FileMetaData.NumRowGroups);
        using RowGroupReader first = reader.RowGroup(0), second = reader.RowGroup(1);
        Assert.Equal((16_384, 16_384), (first.MetaData.NumRows, second.MetaData.NumRows));
    }

    [Fact]
    public void Parquet_ToTheStandardOutput_IsRefused() =>
        InferRun.Of(_folder.Path, "-f", "parquet").AssertRefused(ExitCode.Usage, "--output");

    [Fact]
    public void Top_EveryFormat_ShowsTheBestDigitsInOrder()
    {
        foreach (string[] fields in InferRun.Of(_folder.Path, "-f", "csv", "-k", "3").Rows)
        {
            double[] scores = [.. fields[4..14].Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            var expected = scores.Index().OrderByDescending(score => score.Item).Take(3)
                .Select(score => $"{score.Index}:{fields[4 + score.Index]}");
            Assert.Equal([string.Join(' ', expected), "1"], fields[^2..]);
        }
        Assert.EndsWith(",model,reason,top,schema", InferRun.Of(_folder.Path, "-f", "csv", "-k", "1").Lines[0]);
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
        string[] rows = [.. run.Rows.Select(fields => fields[0])];

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
        _folder.Write("note.größe", []);
        string folder = _target.Combine("report");
        var run = InferRun.Of(_folder.Path, "-f", "csv", "--report", folder, "-q");
        string[][] rows = run.Rows;
        int wrong = rows.Count(fields => fields[1] != fields[2]);

        Assert.Equal(["confusion.csv", "index.html", "summary.json"], FileNames(folder));
        string json = File.ReadAllText(Path.Combine(folder, "summary.json"));
        Assert.Contains(".größe\": 1", json);
        using var summary = JsonDocument.Parse(json);
        Assert.Equal(45, summary.RootElement.GetProperty("images").GetInt32());
        Assert.Equal((45.0 - wrong) / 45, summary.RootElement.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(wrong, summary.RootElement.GetProperty("misread").GetInt32());
        var statuses = summary.RootElement.GetProperty("statuses").EnumerateObject();
        Assert.Equal(45, statuses.Sum(status => status.Value.GetInt32()));
        string html = File.ReadAllText(Path.Combine(folder, "index.html"));
        Assert.Contains("<h1>45 images read by best.onnx</h1>", html);
        Assert.Contains("<p>Network best, trained on mnist, run on cpu (CPUExecutionProvider).</p>", html);
        foreach (var (name, value) in statuses.Select(status => (status.Name, status.Value)))
        {
            Assert.Contains($"<tr><td>{name}</td><td>{value}</td></tr>", html);
        }
        var digits = summary.RootElement.GetProperty("digits").EnumerateArray();
        Assert.Contains($"<td>images</td>{string.Concat(digits.Select(count => $"<td>{count}</td>"))}</tr>", html);
        Assert.Contains("&lt;moved&gt; 0.png", html);
        Assert.DoesNotContain("<moved>", html);
        Assert.DoesNotContain("{{", html);
        int shown = rows.Count(fields => fields[1] != fields[2] || fields[14] != "ok");
        Assert.Equal(shown, Regex.Count(html, "<img "));
        Assert.Contains($"<h2>Misread: {wrong}</h2>", html);
        foreach (string link in Links(html)) Assert.True(File.Exists(Path.Combine(folder, link)), link);
        Assert.Equal(100, Regex.Count(html, "<td class=\"(right|wrong)\""));
        string accuracy = FormattableString.Invariant($"{(45.0 - wrong) / 45:0.0000}");
        Assert.Contains($"<h2>Accuracy {accuracy} ({45 - wrong} of 45)</h2>", html);
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
        string html = File.ReadAllText(Path.Combine(folder, "index.html"));
        Assert.Contains("there is no accuracy", html);
        Assert.DoesNotContain("Confusion", html);
    }

    [Fact]
    public void Report_ConfusionMatrix_HasCountsSharesAndStrengths()
    {
        using var digits = DigitFolder.WithDigits(5);
        for (int n = 0; n < 3; n++)
        {
            int wrongLabel = (DigitFolder.Set.Test.Label(n) + 1) % 10;
            digits.Write($"{wrongLabel}/moved {n}.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(n)));
        }
        digits.Write("3/blank.png", DigitFolder.EncodePng(new byte[784]));
        digits.Write("3/bad.png", "text"u8.ToArray());
        digits.Write("3/worse.png", "text"u8.ToArray());
        string folder = _target.Combine("report");
        string[][] rows = InferRun.Of(digits.Path, "-f", "csv", "--report", folder, "-q").Rows;

        int Count(int label, string digit, string status = "") => rows.Count(fields =>
            fields[1] == $"{label}" && fields[2] == digit && (status == "" || fields[14] == status));
        string html = File.ReadAllText(Path.Combine(folder, "index.html"));
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        double?[] recalls = new double?[10], precisions = new double?[10];
        for (int label = 0; label < 10; label++)
        {
            int[] counts = [.. Enumerable.Range(0, 10).Select(digit => Count(label, $"{digit}"))];
            int blank = Count(label, "", "blank"), error = Count(label, "", "error");
            int read = rows.Count(fields => fields[2] == $"{label}"), total = counts.Sum() + blank + error;
            recalls[label] = total == 0 ? null : (double)counts[label] / total;
            precisions[label] = read == 0 ? null : (double)counts[label] / read;
            var cells = counts.Select((count, digit) => string.Create(
                CultureInfo.InvariantCulture,
                $"""<td class="{(label == digit ? "right" : "wrong")}" style="--strength: {(count == 0
                    ? "0" : $"{Math.Sqrt((double)count / counts.Sum()):0.00}")}">{count:#}</td>"""));
            Assert.Contains(
                $"<tr><th>{label}</th>{string.Concat(cells)}<td>{blank:#}</td><td>{error:#}</td>"
                + $"<td>{PerCent(recalls[label])}</td></tr>",
                html);
            Assert.Equal(counts, Numbers<int>(summary, "confusion", label));
            Assert.Equal(blank, Numbers<int>(summary, "blank")[label]);
            Assert.Equal(error, Numbers<int>(summary, "error")[label]);
        }
        string shares = string.Concat(precisions.Select(precision => $"<td>{PerCent(precision)}</td>"));
        Assert.Contains($"<th>precision, %</th>{shares}", html);
        Assert.Equal(recalls, Numbers<double?>(summary, "recall"));
        Assert.Equal(precisions, Numbers<double?>(summary, "precision"));
    }

    [Fact]
    public void Report_ManyRowsOfAKind_ShowsTheFirst200InTheirOrder()
    {
        string report = _target.Combine("report");
        string list = string.Concat(Enumerable.Range(0, 201).Select(row => $"none{row}.png\n"));
        InferRun.OfInput(System.Text.Encoding.UTF8.GetBytes(list), "--files-from", "-", "--report", report, "-q");
        string html = File.ReadAllText(Path.Combine(report, "index.html"));
        Assert.Contains("<h2>Errors: 201</h2>\n<p>Shows 200, in the order of the rows.", html);
        Assert.Equal(
            Enumerable.Range(0, 200).Select(row => $"none{row}.png"),
            Links(html).Select(link => Path.GetFileName(link)));

        // A row in the folder of its digit is uncertain, and one in another folder is misread.
        for (int n = 0; n < 40; n++)
        {
            int wrongLabel = (DigitFolder.Set.Test.Label(n) + 1) % 10;
            _folder.Write($"{wrongLabel}/moved {n:00}.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(n)));
        }
        var run = InferRun.Of(_folder.Path, "--threshold", "1", "-f", "csv", "--report", report, "-q");
        string[][] rows = run.Rows;
        var misread = rows.Where(row => row[1] != row[2]);
        var uncertain = rows.Where(row => row[1] == row[2] && row[14] == "uncertain");
        Assert.Equal(
            misread.OrderByDescending(Confidence).Concat(uncertain.OrderBy(Confidence)).Select(row => row[0]),
            Links(File.ReadAllText(Path.Combine(report, "index.html")))
                .Select(link => Path.GetFullPath(Path.Combine(report, link))));

        static float Confidence(string[] row) => float.Parse(row[3], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Report_ImagesThatNeedAttention_AreShownWithLinksToTheOriginals()
    {
        string reportFolder = _target.Combine("a/report");
        byte[] digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));
        string wrong = _folder.Write($"{(DigitFolder.Set.Test.Label(0) + 1) % 10}/# 100%.png", digit);
        string bad = _folder.Write("3/bad \"x\"\u0001.png", "text"u8.ToArray());
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
        Assert.DoesNotContain('\u0001', html);
        string[] misread = Assert.Single(File.ReadAllLines(rows), row => row.Contains("100%.png")).Split(',');
        Assert.Contains(FormattableString.Invariant(
            $"</td><td>{misread[1]}</td><td>{misread[2]}</td><td>{100 * float.Parse(misread[3]):0.0}</td><td"), html);
        Assert.Contains("/# 100%.png</a><br></td></tr>", html);
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

    [Theory]
    [InlineData("--report")]
    [InlineData("--save-preprocessed")]
    public void FolderOption_WhereThereCanBeNone_IsRefused(string option)
    {
        string file = _target.Write("file", "content"u8.ToArray());
        InferRun.Of(_folder.Path, option, file)
            .AssertRefused(ExitCode.Output, $"{option}: '{file}' is a file. Choose the path of a folder.");
        // One is in a file, one doesn't exist for programs, and the last one is forbidden even for root.
        foreach (string folder in (string[])[Path.Combine(file, "folder"), "/proc/folder", "/sys/folder"])
        {
            InferRun.Of(_folder.Path, option, folder)
                .AssertRefused(ExitCode.Output, $"{option}: '{folder}' cannot be written: ", "choose another path.");
        }
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
        Assert.Contains($"Cannot read '{_folder.Combine($"bad{errors - 1}.png")}': ", run.Error);
        Assert.EndsWith(",best.onnx,,1", run.Lines[^1]);

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

    private static string PerCent(double? share) =>
        share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0}");

    private static T[] Numbers<T>(JsonDocument json, string name, int? row = null)
    {
        var array = json.RootElement.GetProperty(name);
        return (row is null ? array : array[row.Value]).Deserialize<T[]>()!;
    }

    private static IEnumerable<string> FileNames(string folder) =>
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != ".infer")
            .Order(StringComparer.Ordinal);

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
