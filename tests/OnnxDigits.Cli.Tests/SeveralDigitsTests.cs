using System.Text.Json;
using OnnxDigits.Data;
using ParquetSharp;
using SkiaSharp;

namespace OnnxDigits.Cli.Tests;

/// <summary><c>infer --all</c> reads all digits of a picture.</summary>
public sealed class SeveralDigitsTests : IDisposable
{
    private static readonly DigitPage Page =
        DigitPage.Draw(DigitFolder.Set.Test.Slice(20, 20), DigitPaper.Plain, isPhotograph: false, seed: 4);

    private readonly DigitFolder _folder = new(), _target = new();
    private readonly string _page;

    public SeveralDigitsTests() => _page = _folder.Write("7/page.png", DigitFolder.EncodePng(Page.Pixels, Page.Width));

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Fact]
    public void All_AsCsv_HasOneRowPerDigitWithLineIndexAndBox()
    {
        var run = InferRun.Of(_page, "--all", "-f", "csv");
        Assert.EndsWith(",model,reason,line,index,box,schema", run.Lines[0]);
        string[][] rows = run.Rows;
        Assert.InRange(rows.Length, 18, 22);
        // The folder's name is no label.
        Assert.All(rows, fields => Assert.Equal((_page, ""), (fields[0], fields[1])));
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(index => $"{index}"), rows.Select(fields => fields[22]));
        Assert.Equal(["0", "1"], rows.Select(fields => fields[21]).Distinct());
        PageDigit first = Page.Digits[0];
        int[] box = [.. rows[0][23].Split(' ').Select(int.Parse)];
        Assert.InRange(box[0], first.Left - 3, first.Left + 3);
        Assert.InRange(box[3], first.Bottom - first.Top - 4, first.Bottom - first.Top + 6);
    }

    [Fact]
    public void All_AsJsonLines_NestsTheDigitsOfAPicture()
    {
        string[] csv = InferRun.Of(_page, "--all", "-f", "csv", "-k", "2").Lines;
        using var json = JsonDocument.Parse(Assert.Single(InferRun.Of(_page, "--all", "-k", "2").Lines));
        var digits = json.RootElement.GetProperty("digits").EnumerateArray().ToArray();
        Assert.Equal(csv.Length - 1, digits.Length);
        string[] names =
            ["path", "lines", "digits", "status", "error", "width", "height", "inverted", "model", "schema"];
        Assert.Equal(names, json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            digits.GroupBy(digit => digit.GetProperty("line").GetInt32())
                .Select(line => string.Concat(line.Select(digit => digit.GetProperty("digit").GetInt32()))),
            json.RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!));
        string box = string.Join(' ', digits[3].GetProperty("box").EnumerateArray());
        Assert.Contains($",{box},", csv[4]);
        Assert.Equal(2, digits[3].GetProperty("top").GetArrayLength());
    }

    [Fact]
    public void All_AsTableAndParquet_HasTheRowsOfCsv()
    {
        string[][] csv = InferRun.Of(_page, "--all", "-f", "csv").Rows;
        var table = InferRun.Of(_page, "--all", "-f", "table");
        Assert.StartsWith("line  index  digit", table.Lines[0]);
        Assert.Equal(
            csv.Select(fields => (string[])[fields[21], fields[22], fields[2]]),
            table.Lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]));
        Assert.Contains($"1 image, {csv.Length} rows:", table.Error);

        string path = _target.Combine("rows.parquet");
        for (int time = 0; time < 2; time++) Assert.Equal(0, InferRun.Of(_page, "--all", "-o", path).Code);
        using var reader = new ParquetFileReader(path);
        Assert.Equal(csv.Length, reader.FileMetaData.NumRows);
        using var group = reader.RowGroup(0);
        using var boxes = group.Column(23).LogicalReader<string>();
        Assert.Equal(csv.Select(fields => fields[23]), boxes.ReadAll(csv.Length));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("txt")]
    public void All_ToAFileOfAnEarlierRun_ReplacesIt(string extension)
    {
        string path = _target.Combine($"rows.{extension}");
        for (int time = 0; time < 2; time++) Assert.Equal(0, InferRun.Of(_page, "--all", "-o", path).Code);
    }

    [Fact]
    public void All_BlankAndDamagedPictures_HaveOneRow()
    {
        _folder.Write("1-blank.png", DigitFolder.EncodePng(new byte[784]));
        _folder.Write("2-bad.png", "text"u8.ToArray());
        var run = InferRun.Of(_folder.Path, "--all", "-f", "csv");
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("1-blank.png,,,", run.Lines[1]);
        Assert.Contains(",blank,", run.Lines[1]);
        Assert.Contains(",error,", run.Lines[2]);
        string[] json = InferRun.Of(_folder.Path, "--all").Lines;
        Assert.Contains("\"lines\":[],\"digits\":[],\"status\":\"blank\"", json[0]);
        Assert.Contains("\"lines\":[],\"digits\":[],\"status\":\"error\"", json[1]);
    }

    [Fact]
    public void Annotate_Page_DrawsBoxesOnACopy()
    {
        string folder = _target.Combine("seen");
        byte[] before = File.ReadAllBytes(_page);
        Assert.Equal(0, InferRun.Of(_page, "--all", "--annotate", folder).Code);
        using var bitmap = SKBitmap.Decode(Path.Combine(folder, "000001-page.png"));
        Assert.Equal((Page.Width, Page.Height), (bitmap.Width, bitmap.Height));
        PageDigit first = Page.Digits[0];
        int green = Enumerable.Range(first.Left - 4, 8).Count(x =>
            bitmap.GetPixel(x, (first.Top + first.Bottom) / 2) is { Green: > 100, Red: < 100 });
        Assert.InRange(green, 1, 4);
        Assert.Equal(before, File.ReadAllBytes(_page));
    }

    [Fact]
    public void Annotate_ToTheFolderOfAnInput_IsRefusedEvenByForce()
    {
        string images = Path.GetDirectoryName(_page)!;
        InferRun.Of(_page, "--all", "--annotate", images).AssertRefused(ExitCode.Output, "--annotate", "is not empty");
        InferRun.Of(_page, "--all", "--annotate", images, "--force")
            .AssertRefused(ExitCode.Output, $"'{images}' is an input of this run");
    }

    [Theory]
    [InlineData("--annotate needs --all", "--annotate", "out")]
    [InlineData("--min-accuracy expects one digit per picture", "--all", "--min-accuracy", "0.5")]
    [InlineData("--report expects one digit per picture", "--all", "--report", "out")]
    [InlineData("--save-preprocessed expects one digit", "--all", "--save-preprocessed", "out")]
    public void All_WithAnOptionForSingleDigits_IsRefused(string message, params string[] options) =>
        InferRun.Of([_page, .. options]).AssertRefused(ExitCode.Usage, message);

    [Fact]
    public void Rows_PictureOfSeveralDigits_SayWhyTheyAreUncertain()
    {
        string row = InferRun.Of(_page, "-f", "csv", "--threshold", "0").Lines[1];
        Assert.Contains(",uncertain,", row);
        Assert.Contains(",several digits,", row);
        Assert.Contains("several digits; --all reads each", InferRun.Of(_page, "-f", "table").Output);
        string single = _folder.Write("one.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        Assert.Contains("\"reason\":null", InferRun.Of(single).Output);
        byte[] over = [.. DigitFolder.Set.Test.Image(0).ToArray().Zip(DigitFolder.Set.Test.Image(2).ToArray(), Math.Max)];
        string unclear = _folder.Write("two.png", DigitFolder.EncodePng(over));
        Assert.Contains("\"reason\":\"low confidence\"", InferRun.Of(unclear, "--threshold", "1").Output);
    }

    // Does nothing unless ONNXDIGITS_PEOPLE names a folder with a folder numbers and its labels.csv.
    [Fact]
    public void All_PeoplesNumbers_ReadsAllLinesButOne()
    {
        if (Environment.GetEnvironmentVariable("ONNXDIGITS_PEOPLE") is not { Length: > 0 } people) return;
        string numbers = Path.Combine(people, "numbers");
        string[] expected = [.. File.ReadLines(Path.Combine(numbers, "labels.csv")).Skip(1)
            .SelectMany(line => line.Split(',')[1].Split('|'))];
        string?[] found = [.. InferRun.Of(numbers, "--all").Lines.SelectMany(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("lines").EnumerateArray().Select(text => text.GetString()))];
        Assert.Equal(expected.Length, found.Length);
        int right = expected.Zip(found).Count(pair => pair.First == pair.Second);
        Assert.InRange(right, expected.Length - 1, expected.Length);
        Assert.Equal(10, InferRun.Of(numbers, "-f", "csv").Lines.Count(line => line.Contains(",several digits,")));
    }
}
