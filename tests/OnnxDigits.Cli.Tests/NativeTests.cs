using System.Security.Cryptography;
using OnnxDigits.Data;

namespace OnnxDigits.Cli.Tests;

/// <summary>Compiles and packs the command, compares it with the managed one, and installs it.</summary>
public sealed class NativeTests(NativeTests.NativeInfer infer) : IClassFixture<NativeTests.NativeInfer>
{
    [Theory]
    [InlineData("PICTURES", "-f", "csv", "--top", "3")]
    [InlineData("PICTURES", "-f", "jsonl")]
    [InlineData("PICTURES", "-f", "table", "--model", "conv")]
    [InlineData("PICTURES", "-o", "OUT/rows.parquet")]
    [InlineData("PICTURES", "-o", "OUT/rows.csv", "--report", "OUT/report", "--min-accuracy", "1")]
    [InlineData("PAGE", "--all", "-f", "jsonl", "--annotate", "OUT/annotated")]
    [InlineData("PICTURES", "--shard", "1/2", "-o", "OUT/part-{shard}.parquet")]
    [InlineData("merge", "SHARDS", "-o", "OUT/merged.parquet", "--report", "OUT/report")]
    [InlineData("merge", "SHARDS", "-o", "OUT/merged.csv")]
    [InlineData("evaluate", "--data", "generated", "--model", "dense", "-f", "table")]
    [InlineData("info", "--model", "best")]
    [InlineData("devices")]
    [InlineData("completion", "bash")]
    [InlineData("--help")]
    [InlineData("PICTURES", "--tpo", "3")]
    [InlineData("nowhere.png", "--model", "nowhere.onnx")]
    public void Run_CompiledAheadOfTime_IsThatOfTheManagedCommand(params string[] arguments)
    {
        using DigitFolder native = new(), managed = new();
        var (code, output, error) = ProcessRun.Of(infer.Program, In(native));
        var expected = InferRun.Of(In(managed));

        Assert.Equal((expected.Code, expected.Output), (code, output.Replace(native.Path, managed.Path)));
        Assert.Equal(Facts(expected.Error), Facts(error.Replace(native.Path, managed.Path)));
        Assert.Equal(Files(managed), Files(native));

        string[] In(DigitFolder folder) =>
            [.. arguments.Select(argument => infer.PathOf(argument).Replace("OUT", folder.Path))];
    }

    /// <summary>.NET itself may fail below 250 MB.</summary>
    [Theory]
    [InlineData(300_000)]
    [InlineData(400_000)]
    [InlineData(900_000)]
    public void Memory_TooLittle_IsOneSentence(int limit)
    {
        const string Sentence =
            "infer: the process may use too little memory. Allow 1 GB with ulimit -v 1000000.\n";
        Assert.Equal(
            (ExitCode.Model, "", Sentence),
            ProcessRun.Of("bash", "-c", $"ulimit -v {limit}; exec '{infer.Program}' '{infer.PathOf("PAGE")}'"));
        Assert.Equal(
            0, ProcessRun.Of("bash", "-c", $"ulimit -v 1000000; exec '{infer.Program}' '{infer.PathOf("PAGE")}'").Code);
    }

    [Fact]
    public void DebianPackage_Installed_RunsForEveryUserAndIsRemovedWhole()
    {
        using var target = new DigitFolder();
        string root = target.Combine("root");
        foreach (string folder in (string[])["root/info", "root/updates"])
        {
            Directory.CreateDirectory(target.Combine(folder));
        }
        File.WriteAllText(target.Combine("root/status"), "");
        string[] dpkg =
            ["--root=" + root, "--admindir=" + root, "--force-not-root", "--force-depends", "--force-script-chrootless"];
        Assert.Equal(0, ProcessRun.Of("dpkg", [.. dpkg, "--install", infer.DebianPackage]).Code);

        string picture = Directory.GetFiles(infer.PathOf("PICTURES/7"))[0];
        var (code, output, error) = ProcessRun.Of(Path.Combine(root, "usr/bin/infer"), picture);
        Assert.Equal((0, ""), (code, code == 0 ? "" : error));
        Assert.Contains("\"label\":7", output);
        Assert.Equal("", ProcessRun.Of("find", Path.Combine(root, "usr"), "-not", "-perm", "-o=r").Output);
        var manual = ProcessRun.Of("man", "--local-file", Path.Combine(root, "usr/share/man/man1/infer.1.gz"));
        Assert.Contains("--files-from FILE", manual.Output);
        Assert.Contains("INFER MERGE", manual.Output);
        Assert.True(File.Exists(Path.Combine(root, "usr/share/bash-completion/completions/infer")));

        Assert.Equal(0, ProcessRun.Of("dpkg", [.. dpkg, "--purge", "infer"]).Code);
        Assert.False(Directory.Exists(Path.Combine(root, "usr")));
    }

    // The time differs.
    private static string[] Facts(string error) =>
        [.. error.Split('\n').Select(line => line.Split(" images in ")[0])];

    private static IEnumerable<(string, string)> Files(DigitFolder folder) =>
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (
                Path.GetRelativePath(folder.Path, file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    /// <summary>The compiled command, 1,000 pictures, a page of digits, and shards.</summary>
    public sealed class NativeInfer : IDisposable
    {
        private readonly DigitFolder _folder = new();

        public NativeInfer()
        {
            string script = Path.Combine(ProcessRun.Root, "build", "package-infer.sh");
            var (code, output, error) = ProcessRun.Of(script, _folder.Combine("dist"));
            Assert.Equal((0, "", ""), (code, output, error));
            string archive = Directory.GetFiles(_folder.Combine("dist"), "*.tar.gz").Single();
            Assert.Equal(0, ProcessRun.Of("tar", "-xzf", archive, "-C", _folder.Path).Code);
            Program = Directory.GetFiles(_folder.Path, "infer", SearchOption.AllDirectories).Single();

            var digits = DigitGenerator.Draw(seed: 2, count: 999);
            for (int i = 0; i < digits.Count; i++)
            {
                _folder.Write($"pictures/{digits.Label(i)}/{i:000}.png", DigitFolder.EncodePng(digits.Image(i)));
            }
            _folder.Write("pictures/0/damaged.png", [1, 2, 3]);
            var page = DigitPage.Draw(digits.Slice(0, 20), DigitPaper.Ruled, isPhotograph: true, seed: 1);
            _folder.Write("page/page.png", DigitFolder.EncodePng(page.Pixels, page.Width));
            foreach (string format in (string[])["csv", "parquet"])
            {
                foreach (string shard in (string[])["1/2", "2/2"])
                {
                    InferRun.Of(
                        PathOf("PICTURES"), "--shard", shard, "-o", PathOf($"SHARDS/rows-{{shard}}.{format}"));
                }
            }
        }

        public string Program { get; }

        public string DebianPackage => Directory.GetFiles(_folder.Combine("dist"), "*.deb").Single();

        public string PathOf(string argument) => argument
            .Replace("PICTURES", _folder.Combine("pictures"))
            .Replace("PAGE", _folder.Combine("page"))
            .Replace("SHARDS", _folder.Combine("shards"));

        public void Dispose() => _folder.Dispose();
    }
}
