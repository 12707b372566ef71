using System.Text.Json;
using DuckDB.NET.Data;
using OnnxDigits.Cli.Shards;
using ParquetSharp;
using Encoding = System.Text.Encoding;

namespace OnnxDigits.Cli.Tests;

public sealed class ShardTests : IDisposable
{
    private const int Count = 3;

    private readonly DigitFolder _folder = DigitFolder.WithDigits(40);
    private readonly DigitFolder _target = new();

    public ShardTests()
    {
        byte[] digit = DigitFolder.EncodePng(DigitFolder.Set.Test.Image(0));
        // In UTF-16, U+1F600 comes before U+FF01; in UTF-8 it comes after it.
        foreach (string name in new[] { "a,\"b", "a\nb", "\U0001F600", "\uFF01", "x\\y" })
        {
            _folder.Write($"4/{name}.png", digit);
        }
        _folder.Write("3/bad.png", "text"u8.ToArray());
        _folder.Write("3/blank.png", DigitFolder.EncodePng(new byte[784], width: 56));
        _folder.Write("3/notes.txt", []);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _target.Dispose();
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("csv", "--all", "--top", "2")]
    [InlineData("jsonl", "--top", "3", "--exclude", "0*1.png")]
    [InlineData("jsonl", "--all")]
    [InlineData("parquet", "--threshold", "0.99")]
    [InlineData("parquet", "--all", "--top", "2")]
    public void Merge_AllShards_EqualsTheRunWithoutShards(string extension, params string[] options)
    {
        string single = _target.Combine($"single.{extension}"), merged = _target.Combine($"merged.{extension}");
        bool hasReport = !options.Contains("--all");
        string[] reports = hasReport ? [_target.Combine("report1"), _target.Combine("report2")] : [];
        var whole = InferRun.Of(
            [_folder.Path, "-o", single, .. options, .. hasReport ? ["--report", reports[0]] : (string[])[]]);
        RunShards(extension, options);
        var merge = InferRun.Of(
            ["merge", Shards, "-o", merged, .. hasReport ? ["--report", reports[1]] : (string[])[]]);

        Assert.Equal(ExitCode.Failed, whole.Code);
        Assert.Equal(whole.Code, merge.Code);
        Assert.Equal(File.ReadAllBytes(single), File.ReadAllBytes(merged));
        Assert.Equal(Summary(whole), Summary(merge));
        foreach (string name in hasReport ? (string[])["index.html", "summary.json", "confusion.csv"] : [])
        {
            var texts = reports.Select(report => File.ReadAllText(Path.Combine(report, name)));
            Assert.Single(texts.Distinct());
        }

        static string Summary(InferRun run) => run.Error[..run.Error.IndexOf("\nrows ", StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Merge_OfList_KeepsItsOrder(bool usesNul)
    {
        string[] paths = [.. Directory.GetFiles(_folder.Path, "0*.png", SearchOption.AllDirectories)
            .OrderBy(path => Path.GetFileName(path)[^5]), _folder.Combine("none.png")];
        string list = _target.Write("list", Encoding.UTF8.GetBytes(string.Join(usesNul ? '\0' : '\n', paths)));
        string single = _target.Combine("single.csv"), merged = _target.Combine("merged.csv");
        string[] options = ["--files-from", list, .. usesNul ? ["-0"] : (string[])[]];
        InferRun.Of([.. options, "-o", single]);
        for (int shard = 1; shard <= Count; shard++)
        {
            InferRun.Of([.. options, "--shard", $"{shard}/{Count}", "-o", Rows("csv")]);
        }

        InferRun.Of("merge", Shards, "-o", merged).AssertRefused(ExitCode.Data, "unsorted list", "--files-from");
        Assert.Equal(ExitCode.Failed, InferRun.Of(["merge", Shards, "-o", merged, .. options]).Code);

        Assert.Equal(File.ReadAllText(single), File.ReadAllText(merged));
        InferRun.OfInput(Encoding.UTF8.GetBytes(paths[0]), "merge", Shards, "-o", merged, "--files-from", "-")
            .AssertRefused(ExitCode.Data, "the list doesn't have at its place");
    }

    [Fact]
    public void Shard_RunAgain_IsSkippedOrEndsWithTheSameBytes()
    {
        RunShards("csv");
        string rows = Path.Combine(Shards, "rows-00002-of-00003.csv"), manifest = Manifest(rows);
        byte[] expected = File.ReadAllBytes(rows), expectedManifest = File.ReadAllBytes(manifest);
        var written = File.GetLastWriteTimeUtc(rows);
        var again = Run();
        Assert.Equal((ExitCode.Success, "shard 2/3 is finished; --force runs it again\n"), (again.Code, again.Error));
        Assert.Equal(written, File.GetLastWriteTimeUtc(rows));

        Action[] damages =
        [
            () => File.Delete(manifest),
            () => File.Delete(rows),
            () => File.WriteAllBytes(rows, expected[..^1]),
            () => File.WriteAllBytes(rows, [.. expected[..^2], .. "2\n"u8]),
            () => File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"seed\":\"", "\"seed\":\"9")),
        ];
        foreach (var damage in damages)
        {
            damage();
            string left = _target.Write("shards/rows-00002-of-00003.csv.abc.tmp", []);
            Run();
            Assert.Equal(expected, File.ReadAllBytes(rows));
            Assert.Equal(expectedManifest, File.ReadAllBytes(manifest));
            Assert.False(File.Exists(left));
        }
        File.Delete(File.ReadAllText(rows).Split('\n')[1].Split(',')[0]);
        Run();
        Assert.True(File.ReadAllBytes(rows).Length < expected.Length);
        Assert.Contains("images: ", Run("--force").Error);

        InferRun Run(params string[] options) =>
            InferRun.Of([_folder.Path, "--shard", "2/3", "-o", Rows("csv"), .. options]);
    }

    [Fact]
    public void Merge_BadShards_AreNamed()
    {
        RunShards("csv");
        string first = Path.Combine(Shards, "rows-00001-of-00003.csv"), second = first.Replace("00001", "00002");
        byte[] rows = File.ReadAllBytes(second), manifest = File.ReadAllBytes(Manifest(second));
        string single = _target.Combine("single.csv");
        InferRun.Of(_folder.Path, "-o", single, "-q");

        Refuses(() => File.Delete(Manifest(second)), $"'{Shards}' has no finished shard 2/3. Run it again.");
        Refuses(
            () => File.WriteAllBytes(second, rows[..^1]), $"'{second}' has {rows.Length - 1} instead of {rows.Length}");
        Refuses(() => File.Delete(second), $"'{second}' does not exist");
        Refuses(() => File.WriteAllBytes(second, [.. rows[..^2], .. "2\n"u8]), $"'{second}' is not the file that");
        Refuses(() => File.WriteAllText(Manifest(second), "{}"), $"'{Manifest(second)}' is not a manifest");
        Refuses(
            () => InferRun.Of(_folder.Path, "--shard", "2/3", "-o", Rows("csv"), "--model", "dense"),
            $"'{second}' belongs to another run than '{first}'", "model.name differs");
        Refuses(
            () => InferRun.Of(_folder.Combine("4"), "--shard", "2/3", "-o", Rows("csv")),
            $"'{second}'", "command differs");
        string copy = Path.Combine(Shards, "copy.csv");
        File.Copy(second, copy);
        Refuses(
            () => File.Copy(Manifest(second), Manifest(copy)), $"'{copy}' and '{second}' are the same shard");
        File.Delete(Manifest(copy));
        Refuses(() => { }, ExitCode.Output, second, $"'{second}' is an input of this run");
        InferRun.Of("merge", Shards, "-o", _target.Combine("x.jsonl"))
            .AssertRefused(ExitCode.Data, ".jsonl of --output");
        InferRun.Of("merge", _target.Combine("none"), "-o", single).AssertRefused(ExitCode.Data, "is not a folder");

        InferRun.Of("merge", Shards, "-o", single, "--min-accuracy", "1", "-q")
            .AssertRefused(ExitCode.Accuracy, "below");
        File.Move(_folder.Combine("3/blank.png"), _folder.Combine("blank.png"));
        RunShards("csv");
        InferRun.Of("merge", Shards, "-o", single, "--min-accuracy", "1")
            .AssertRefused(ExitCode.Usage, "1 of 47 are not in");

        void Refuses(Action damage, params object[] parts)
        {
            damage();
            int code = parts[0] is int given ? given : ExitCode.Data;
            string output = parts[0] is int ? (string)parts[1] : _target.Combine("merged.csv");
            InferRun.Of("merge", Shards, "-o", output).AssertRefused(code, [.. parts.OfType<string>()]);
            Assert.False(File.Exists(_target.Combine("merged.csv")));
            File.WriteAllBytes(second, rows);
            File.WriteAllBytes(Manifest(second), manifest);
        }
    }

    [Theory]
    [InlineData("/data/digits/3/0001.png", "/data/digits", 9)]
    [InlineData("digits/3/0001.png", "digits/", 9)]
    [InlineData("./3/0001.png", ".", 9)]
    [InlineData("3/0001.png", "", 9)]
    [InlineData("große Ziffern/７.png", "", 1)]
    public void NumberOf_Path_StaysTheSame(string path, string root, int number) =>
        Assert.Equal(number, Shard.NumberOf(path, root, 16));

    [Fact]
    public void NumberOf_ManyPaths_MakesEqualParts()
    {
        var sizes = Enumerable.Range(0, 100_000).CountBy(n => Shard.NumberOf($"{n % 10}/{n:000000}.png", "", 4));
        Assert.All(sizes, size => Assert.InRange(size.Value, 24_500, 25_500));
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3", "3/4")]
    [InlineData("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4", "2/4")]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4", "1/4")]
    [InlineData("JOB_COMPLETION_INDEX=15 JOB_COMPLETIONS=16", "16/16")]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3", null)]
    [InlineData("SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=5", null)]
    [InlineData("JOB_COMPLETION_INDEX=3", null)]
    [InlineData("JOB_COMPLETION_INDEX=16 JOB_COMPLETIONS=16", null)]
    [InlineData("", null)]
    public void Auto_Environment_NamesTheShard(string variables, string? expected)
    {
        string[][] pairs =
            [.. variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))];
        foreach (string[] pair in pairs) Environment.SetEnvironmentVariable(pair[0], pair[1]);
        try
        {
            var run = InferRun.Of(_folder.Path, "--shard", "auto", "-f", "csv", "-q");
            if (expected is null) run.AssertRefused(ExitCode.Usage, "--shard 3/16");
            else Assert.Equal(InferRun.Of(_folder.Path, "--shard", expected, "-f", "csv", "-q").Output, run.Output);
        }
        finally
        {
            foreach (string[] pair in pairs) Environment.SetEnvironmentVariable(pair[0], null);
        }
    }

    [Theory]
    [InlineData("--shard needs I/N, such as 3/16, or auto", "--shard", "0/3")]
    [InlineData("--shard needs I/N, such as 3/16, or auto", "--shard", "4/3")]
    [InlineData("{shard} in --output needs --shard", "-o", "rows-{shard}.csv")]
    [InlineData("rows-{shard}.csv", "--shard", "1/3", "-o", "rows.csv")]
    [InlineData("rows-{shard}.csv", "--shard", "1/3", "-o", "rows-{shard}.txt")]
    [InlineData("Give --report to infer merge.", "--shard", "1/3", "--report", "report")]
    [InlineData("Give --min-accuracy to infer merge.", "--shard", "1/3", "--min-accuracy", "0.9")]
    [InlineData("--save-preprocessed covers the whole run", "--shard", "1/3", "--save-preprocessed", "images")]
    public void Shard_ContradictoryOptions_AreRefused(string message, params string[] options) =>
        InferRun.Of([_folder.Path, .. options]).AssertRefused(ExitCode.Usage, message);

    [Fact]
    public void Parquet_ShardsAndMerge_AreReadByTwoLibraries()
    {
        RunShards("parquet");
        string merged = _target.Combine("merged.parquet");
        InferRun.Of("merge", Shards, "-o", merged, "-q");
        string[] expected = [.. InferRun.OfInput([], _folder.Path, "-f", "jsonl", "-q").Lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => $"{row.GetProperty("path")} {row.GetProperty("digit")} {row.GetProperty("status")}")];
        Array.Sort(expected, StringComparer.Ordinal);

        foreach (string files in new[] { merged, Path.Combine(Shards, "*.parquet") })
        {
            using var duck = new DuckDBConnection("Data Source=:memory:");
            duck.Open();
            using var query = duck.CreateCommand();
            query.CommandText = $"SELECT path, digit, status FROM read_parquet('{files}')";
            using var rows = query.ExecuteReader();
            List<string> read = [];
            while (rows.Read())
            {
                read.Add($"{rows.GetString(0)} {(rows.IsDBNull(1) ? "" : rows.GetInt32(1))} {rows.GetString(2)}");
            }
            Assert.Equal(expected, read.Order(StringComparer.Ordinal));

            string[] paths = files == merged ? [merged] : Directory.GetFiles(Shards, "*.parquet");
            Assert.Equal(expected, paths.SelectMany(ReadByParquetSharp).Order(StringComparer.Ordinal));
        }
    }

    private string Shards => _target.Combine("shards");

    private static string Manifest(string rows) =>
        Path.Combine(Path.GetDirectoryName(rows)!, $"_{Path.GetFileName(rows)}.json");

    private string Rows(string extension) => Path.Combine(Shards, $"rows-{{shard}}.{extension}");

    private void RunShards(string extension, params string[] options)
    {
        for (int shard = 1; shard <= Count; shard++)
        {
            var run = InferRun.Of([_folder.Path, "--shard", $"{shard}/{Count}", "-o", Rows(extension), .. options]);
            Assert.Equal(ExitCode.Success, run.Code);
        }
    }

    private static IEnumerable<string> ReadByParquetSharp(string path)
    {
        using var reader = new ParquetFileReader(path);
        using var group = reader.RowGroup(0);
        int rows = (int)group.MetaData.NumRows;
        string[] paths = group.Column(0).LogicalReader<string>().ReadAll(rows);
        int?[] digits = group.Column(2).LogicalReader<int?>().ReadAll(rows);
        string[] statuses = group.Column(14).LogicalReader<string>().ReadAll(rows);
        return [.. Enumerable.Range(0, rows).Select(row => $"{paths[row]} {digits[row]} {statuses[row]}")];
    }
}
