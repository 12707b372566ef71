using System.Net;

namespace OnnxDigits.Data.Tests;

public sealed class MnistDownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeMirrors _mirrors = new();

    public void Dispose()
    {
        _mirrors.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Open_FirstMirrorServes_StoresFourFiles()
    {
        DigitDataSet set = DigitDataSource.Open(Options);

        Assert.Equal(_mirrors.Sha256, set.Sha256);
        Assert.Null(set.Notice);
        Assert.Equal(_mirrors.Files.Select(file => ("one.example", file.Name + ".gz")), _mirrors.Requests);
        Assert.Equal(
            _mirrors.Files.Select(file => file.Name + ".gz").Order(StringComparer.Ordinal),
            Directory.GetFiles(Cache).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Open_SecondTime_SendsNoRequest()
    {
        DigitDataSource.Open(Options);
        _mirrors.Requests.Clear();

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Empty(_mirrors.Requests);
    }

    [Fact]
    public void Open_CachedFileDamaged_DownloadsThatFile()
    {
        DigitDataSource.Open(Options);
        _mirrors.Requests.Clear();
        File.WriteAllText(Path.Combine(Cache, _mirrors.Files[1].Name + ".gz"), "not it");

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal([("one.example", _mirrors.Files[1].Name + ".gz")], _mirrors.Requests);
    }

    [Fact]
    public void Open_FirstMirrorServesWrongFile_TakesSecondForAll()
    {
        _mirrors.Behaviour["one.example"] = _ => FakeMirrors.Serve(_mirrors.Packed(3));

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal(["one.example", "two.example", "two.example", "two.example", "two.example"],
            _mirrors.Requests.Select(request => request.Host));
    }

    [Fact]
    public void Open_EveryMirrorServesWrongFile_ThrowsAndStoresNothing()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] =
            _ => FakeMirrors.Serve(_mirrors.Packed(3));

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("every mirror: the file has the wrong SHA-256", error.Message);
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public void Open_MirrorServesPage_Throws()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] =
            _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>sign in</html>") };

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("the file is not an IDX file", error.Message);
    }

    [Fact]
    public void Open_ConnectionCut_TakesNextMirror()
    {
        _mirrors.Behaviour["one.example"] = content => FakeMirrors.Cut(content, after: 100);

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal("two.example", _mirrors.Requests[1].Host);
    }

    [Fact]
    public void Open_NoNetwork_TriesEachMirrorOnceAndGenerates()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] = FakeMirrors.Refuse;

        DigitDataSet set = DigitDataSource.Open(Options with { Data = null });

        Assert.Equal(("generated", 10), (set.Name, set.Train.Count));
        Assert.Contains("every mirror: not reachable", set.Notice);
        Assert.Equal(2, _mirrors.Requests.Count);
    }

    [Fact]
    public void Open_MirrorsFailDifferently_ReportsEachReason()
    {
        _mirrors.Behaviour["one.example"] = _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        _mirrors.Behaviour["two.example"] = FakeMirrors.Refuse;

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("one.example: HTTP 404; two.example: not reachable", error.Message);
    }

    [Fact]
    public void Open_CacheFolderCannotBeCreated_Throws()
    {
        File.WriteAllText(_folder.At("file"), "");

        var error = Assert.Throws<DigitDataException>(
            () => DigitDataSource.Open(Options with { CacheFolder = Path.Combine(_folder.At("file"), "below") }));

        Assert.Contains("cannot be stored", error.Message);
    }

    [Fact]
    public void Open_Progress_ReachesEachFilesSize()
    {
        var reports = new List<DigitDownloadProgress>();

        DigitDataSource.Open(Options with { Progress = new Recorder(reports) });

        for (var file = 0; file < 4; file++)
        {
            DigitDownloadProgress last = reports.Last(report => report.File == _mirrors.Files[file].Name + ".gz");
            long size = _mirrors.Packed(file).Length;
            Assert.Equal((size, (long?)size), (last.Received, last.Total));
        }
    }

    [Fact]
    public async Task OpenAsync_Cancelled_ThrowsCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DigitDataSource.OpenAsync(Options with { Data = null }, source.Token));
    }

    private string Cache => _folder.At("cache");

    private DigitDataOptions Options => new()
    {
        Data = "mnist",
        CacheFolder = Cache,
        Mirrors = [new Uri("https://one.example/a/"), new Uri("https://two.example/b/")],
        HttpHandler = _mirrors,
        GetEnvironmentVariable = _ => null,
        Files = _mirrors.Files,
        GeneratedTrainCount = 10,
        GeneratedTestCount = 10,
    };

    private sealed class Recorder(List<DigitDownloadProgress> reports) : IProgress<DigitDownloadProgress>
    {
        public void Report(DigitDownloadProgress value) => reports.Add(value);
    }
}
