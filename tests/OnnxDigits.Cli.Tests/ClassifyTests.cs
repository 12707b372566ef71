using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Tests;

public class ClassifyTests
{
    private const string Header =
        "path,label,digit,confidence,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9,status,error,width,height,inverted,model,reason,schema";

    [Fact]
    public void Folder_AsCsv_HasOneRowPerFileInOrdinalOrder()
    {
        using var folder = DigitFolder.WithDigits(40);
        folder.Write("notes.txt", "not an image"u8.ToArray());
        folder.Write("4/Z.PNG", DigitFolder.EncodePng(new byte[784]));

        var run = InferRun.Of(folder.Path, "--format", "csv");

        Assert.Equal(Header, run.Lines[0]);
        string[] paths = [.. run.Rows.Select(fields => fields[0])];
        string[] expected = [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".txt"))];
        Array.Sort(expected, StringComparer.Ordinal);
        Assert.Equal(41, paths.Length);
        Assert.Equal(expected, paths);
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public void Rows_HaveLabelScoresSizeAndModel()
    {
        using var folder = DigitFolder.WithDigits(20);
        foreach (string[] fields in InferRun.Of(folder.Path, "-f", "csv").Rows)
        {
            double[] scores = [.. fields[4..14].Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            Assert.Equal(Path.GetFileName(Path.GetDirectoryName(fields[0])), fields[1]);
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.Equal(Array.IndexOf(scores, scores.Max()).ToString(), fields[2]);
            Assert.Equal(scores.Max(), double.Parse(fields[3], CultureInfo.InvariantCulture));
            Assert.Equal(["28", "28", "false", "best.onnx", "", "1"], fields[16..]);
        }
    }

    [Fact]
    public void JsonLines_WhenPiped_SayTheSameAsCsv()
    {
        using var folder = DigitFolder.WithDigits(15);
        folder.Write("7/bad.png", "text"u8.ToArray());
        string wide = folder.Write("7/große & breite.png", DigitFolder.EncodePng(new byte[784], width: 56));
        string[][] csv = InferRun.Of(folder.Path, "-f", "csv").Rows;
        string[] json = InferRun.Of(folder.Path).Lines;

        Assert.Equal(csv.Length, json.Length);
        Assert.Single(json, line => line.StartsWith($"{{\"path\":\"{wide}\",\"label\":7,\"digit\":null,"));
        string[] columns = Header.Split(',');
        for (int row = 0; row < json.Length; row++)
        {
            using var document = JsonDocument.Parse(json[row]);
            var values = document.RootElement.EnumerateObject().ToArray();
            Assert.Equal(columns, values.Select(value => value.Name));
            Assert.Equal(csv[row], values.Select(value => value.Value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.String => value.Value.GetString()!,
                _ => value.Value.GetRawText(),
            }));
        }
    }

    [Fact]
    public void Table_ShowsRowsAndMarksDifferences()
    {
        using var folder = new DigitFolder();
        int label = DigitFolder.Set.Test.Label(0);
        byte[] digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));
        string right = folder.Write($"{label}/right.png", digit);
        string wrong = folder.Write($"{(label + 1) % 10}/wrong.png", digit);
        string bad = folder.Write("a/bad\n.png", "text"u8.ToArray());
        string none = folder.Write("b/none.png", digit);
        string blank = folder.Write("c/blank.png", DigitFolder.EncodePng(new byte[784]));

        string[] lines = InferRun.Of(folder.Path, "-f", "table").Lines;

        Assert.Equal("label     digit  confidence  status     path", lines[0]);
        string[] expected =
        [
            $"^ +{label}  {(label < 9 ? " " : " ")}      {label} +[0-9]{{2,3}}\\.[0-9]{{2}} %  ok         {right}$",
            $"^ +{(label + 1) % 10}  ≠      {label} +[0-9]{{2,3}}\\.[0-9]{{2}} %  ok         {wrong}$",
            $"^ {{29}}error      {folder.Path}/a/bad\\?.png$",
            $"^ {{10}}Cannot read '{folder.Path}/a/bad\\?.png':",
            $"^ {{14}}{label} +[0-9]{{2,3}}\\.[0-9]{{2}} %  ok         {none}$",
            $"^ {{29}}blank      {blank}$",
        ];
        Assert.All(lines.Where(line => !line.Contains(folder.Path)), line => Assert.InRange(line.Length, 1, 80));
        Assert.All(expected, pattern => Assert.Single(lines, line => Regex.IsMatch(line, pattern)));
    }

    [Fact]
    public void TextFileNamedPng_BecomesARowAndTheRunGoesOn()
    {
        using var folder = DigitFolder.WithDigits(5);
        string bad = folder.Write("3/3.png", "This is the number three."u8.ToArray());

        var run = InferRun.Of(folder.Path, "-f", "csv");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(7, run.Lines.Length);
        string row = Assert.Single(run.Lines, line => line.StartsWith(bad, StringComparison.Ordinal));
        Assert.StartsWith($"{bad},3,,,,,,,,,,,,,error,", row);
        Assert.Contains("is not an image", row);
        Assert.Contains("1 error", run.Error);
    }

    [Fact]
    public void BlankImage_NamesNoDigit()
    {
        using var folder = new DigitFolder();
        string path = folder.Write("blank.png", DigitFolder.EncodePng(new byte[784], width: 56));
        var run = InferRun.Of(path, "-f", "csv");
        Assert.Equal($"{path},,,0,0,0,0,0,0,0,0,0,0,0,blank,,56,14,false,best.onnx,,1", run.Lines[1]);
        Assert.Equal(ExitCode.Success, run.Code);
    }

    [Fact]
    public void BatchSizeAndThreads_ChangeNotOneByte()
    {
        using var folder = DigitFolder.WithDigits(150);
        string expected = InferRun.Of(folder.Path, "-f", "csv", "-b", "1", "-t", "1").Output;
        foreach (string batch in new[] { "7", "64", "1000" })
        {
            foreach (string threads in new[] { "1", "2", "5" })
            {
                Assert.Equal(expected, InferRun.Of(folder.Path, "-f", "csv", "-b", batch, "-t", threads).Output);
            }
        }
    }

    [Fact]
    public void Labels_OnEveryImage_GiveAccuracyAndConfusion()
    {
        using var folder = DigitFolder.WithDigits(60);
        var run = InferRun.Of(folder.Path, "-f", "csv");
        int right = run.Rows.Count(fields => fields[1] == fields[2]);
        Assert.Contains($"({right} of 60)", run.Error);
        Assert.Contains("recall", run.Error);
        Assert.DoesNotContain("blank", run.Error);

        folder.Write("3/blank.png", DigitFolder.EncodePng(new byte[784]));
        folder.Write("3/bad.png", "text"u8.ToArray());
        run = InferRun.Of(folder.Path, "-f", "csv");
        string[][] threes = [.. run.Rows.Where(fields => fields[1] == "3")];
        string recall = FormattableString.Invariant(
            $"{100.0 * threes.Count(fields => fields[2] == "3") / threes.Length:0.00}");
        Assert.Contains("9 blank error recall precision", run.Error);
        Assert.Matches($@"\n3 .* 1     1 +{recall} ", run.Error);

        folder.Write("unlabelled.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        Assert.DoesNotContain("accuracy", InferRun.Of(folder.Path, "-f", "csv").Error);
    }

    [Fact]
    public void MinAccuracy_DecidesTheExitCode()
    {
        using var folder = DigitFolder.WithDigits(60);
        // The same digit in two folders, so that no model reaches an accuracy of 1.
        folder.Write("0/x.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        folder.Write("1/x.png", DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0)));
        Assert.Equal(ExitCode.Success, InferRun.Of(folder.Path, "--min-accuracy", "0.1").Code);
        var below = InferRun.Of(folder.Path, "--min-accuracy", "1", "--quiet");
        Assert.Equal(ExitCode.Accuracy, below.Code);
        Assert.Contains("below --min-accuracy", below.Error);
    }

    [Fact]
    public void Threshold_MakesDigitsUncertain()
    {
        using var folder = DigitFolder.WithDigits(10);
        Assert.All(InferRun.Of(folder.Path, "-f", "csv", "--threshold", "1").Rows, fields =>
            Assert.Equal(fields[3] == "1" ? "ok" : "uncertain", fields[14]));
        Assert.All(InferRun.Of(folder.Path, "-f", "csv", "--threshold", "0").Rows, fields =>
            Assert.Equal("ok", fields[14]));
    }

    [Fact]
    public void DenseModel_IsTheOneThatRuns()
    {
        using var folder = DigitFolder.WithDigits(2);
        Assert.EndsWith(",dense.onnx,,1", InferRun.Of(folder.Path, "-f", "csv", "--model", "dense").Lines[1]);
    }
}
