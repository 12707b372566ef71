using System.IO.Compression;
using System.Security.Cryptography;

namespace OnnxDigits.Data.Tests;

public sealed class DigitDataSourceTests : IDisposable
{
    private static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAsync_GeneratedAndCancelled_ThrowsCancelled()
    {
        var options = new DigitDataOptions { Data = DigitDataSet.Generated };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DigitDataSource.OpenAsync(options, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Open_Generated_DescribesItself()
    {
        DigitDataSet set = Open(Small with { Data = "generated" });

        Assert.Equal(("generated", false, 30, 20), (set.Name, set.IsMnist, set.Train.Count, set.Test.Count));
        Assert.Null(set.Notice);
        Assert.Contains("generated", set.Description);
    }

    [Fact]
    public void Open_NothingFoundAndNoDownload_GeneratesWithNotice()
    {
        DigitDataSet set = Open(Small);

        Assert.Equal("generated", set.Name);
        Assert.Contains("MNIST is not available", set.Notice);
    }

    [Fact]
    public void Open_MnistRequestedAndMissing_Throws()
    {
        var error = Assert.Throws<DigitDataException>(() => Open(Small with { Data = "mnist" }));

        Assert.Contains(_folder.At("cache"), error.Message);
    }

    [Fact]
    public void Open_FolderMissing_ThrowsWithItsPath()
    {
        var error = Assert.Throws<DigitDataException>(() => Open(Small with { Data = _folder.At("nowhere") }));

        Assert.StartsWith($"'{_folder.At("nowhere")}'", error.Message);
    }

    [Fact]
    public void Open_EnvironmentNamesEmptyFolder_ThrowsInsteadOfGenerating()
    {
        DigitDataOptions options = Small with
        {
            GetEnvironmentVariable = name => name == "ONNXDIGITS_DATA" ? _folder.Path : null,
        };

        var error = Assert.Throws<DigitDataException>(() => Open(options));

        Assert.Contains("ONNXDIGITS_DATA", error.Message);
        Assert.Contains("train-images-idx3-ubyte", error.Message);
    }

    [Fact]
    public void Open_DamagedFolder_ThrowsWithTheFileAndTheFault()
    {
        string data = _folder.At("data"), images = Path.Combine(data, Names[0] + ".gz");
        string labels = Path.Combine(data, Names[1] + ".gz");
        DigitGenerator.CreateDataSet(7, 40, 20).Write(_folder.At("other"));
        (Action Damage, string Message)[] damages =
        [
            .. Names.Select(name => (
                (Action)(() => File.Delete(Path.Combine(data, name + ".gz"))), $"neither {name} nor")),
            (() => File.WriteAllBytes(images, File.ReadAllBytes(images)[..^100]), $"'{images}' is "),
            (() => File.Copy(labels, images, overwrite: true), "has the shape [30] instead of [N, 28, 28]"),
            (() => File.Copy(Path.Combine(_folder.At("other"), Names[1] + ".gz"), labels, overwrite: true),
                "The train files"),
        ];
        Assert.All(damages, one =>
        {
            WriteGenerated();
            one.Damage();
            var error = Assert.Throws<DigitDataException>(
                () => Open(Small with { Data = data, AllowOtherDigests = true }));
            Assert.Contains(one.Message, error.Message);
        });
    }

    [Fact]
    public void Open_OtherDigests_ThrowsUnlessAllowed()
    {
        var data = WriteGenerated();

        var error = Assert.Throws<DigitDataException>(() => Open(Small with { Data = data }));
        DigitDataSet allowed = Open(Small with { Data = data, AllowOtherDigests = true });

        Assert.Contains("is not MNIST's published file", error.Message);
        Assert.Equal(("other", false, 30), (allowed.Name, allowed.IsMnist, allowed.Train.Count));
    }

    [Fact]
    public void Sha256_WrittenFiles_IsHashOfTheirHashes()
    {
        var data = WriteGenerated();
        var digests = Names.SelectMany(name =>
        {
            using FileStream file = File.OpenRead(Path.Combine(data, name + ".gz"));
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            return SHA256.HashData(plain);
        }).ToArray();

        DigitDataSet set = Open(Small with { Data = data, AllowOtherDigests = true });

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(digests)), set.Sha256);
        Assert.Equal(DigitGenerator.CreateDataSet(7, 30, 20).Sha256, set.Sha256);
    }

    [Fact]
    public void Open_RealOrGenerated_HasThePublishedCounts()
    {
        DigitDataSet set = RealMnist.DataSetOrGenerated;

        Assert.Equal((60_000, 10_000), (set.Train.Count, set.Test.Count));
        Assert.Equal(RealMnist.Folder is not null, set.IsMnist);
        Assert.Equal(RealMnist.Folder is null ? "generated" : "mnist", set.Name);
        // MNIST's published counts; generated digits repeat 0 to 9.
        int[] expected = set.IsMnist
            ? [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
            : [.. Enumerable.Repeat(6000, 10)];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(digit => set.Train.Labels.Span.Count((byte)digit)));
    }

    [Fact]
    public void DefaultCacheFolder_XdgCacheHome_LiesInIt()
    {
        string root = Path.GetTempPath();

        string folder = DigitDataSource.DefaultCacheFolder(name => name == "XDG_CACHE_HOME" ? root : null);

        Assert.Equal(Path.Combine(root, "onnxdigits", "mnist"), folder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/cache")]
    public void DefaultCacheFolder_NoAbsoluteXdgCacheHome_IsTheUsers(string? value)
    {
        string folder = DigitDataSource.DefaultCacheFolder(_ => value);

        Assert.True(Path.IsPathRooted(folder));
        Assert.EndsWith(Path.Combine("onnxdigits", "mnist"), folder);
    }

    private DigitDataOptions Small => new()
    {
        AllowDownload = false,
        CacheFolder = _folder.At("cache"),
        GeneratedTrainCount = 30,
        GeneratedTestCount = 20,
        GetEnvironmentVariable = _ => null,
    };

    private string WriteGenerated()
    {
        var data = _folder.At("data");
        DigitGenerator.CreateDataSet(7, 30, 20).Write(data);
        return data;
    }

    private static DigitDataSet Open(DigitDataOptions options) => DigitDataSource.Open(options);
}
