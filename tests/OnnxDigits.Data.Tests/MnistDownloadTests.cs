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
    public void Open_FirstMirrorServes_FetchesFourFilesAndRenamesThem()
    {
        var set = DigitDataSource.Open(Options);

        Assert.Equal(_mirrors.Sha256, set.Sha256);
        Assert.Null(set.Notice);
        Assert.Equal(_mirrors.Files.Select(file => ("one.example", file.Name + ".gz", 0L)), _mirrors.Requests);
        Assert.Equal(
            _mirrors.Files.Select(file => file.Name + ".gz").Order(StringComparer.Ordinal),
            Directory.GetFiles(Cache).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Open_SecondTime_AsksNoMirror()
    {
        DigitDataSource.Open(Options);
        _mirrors.Requests.Clear();

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Empty(_mirrors.Requests);
    }

    [Fact]
    public void Open_CachedFileDamaged_FetchesThatOneAgain()
    {
        DigitDataSource.Open(Options);
        _mirrors.Requests.Clear();
        File.WriteAllText(Path.Combine(Cache, _mirrors.Files[1].Name + ".gz"), "not it");

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal([("one.example", _mirrors.Files[1].Name + ".gz", 0L)], _mirrors.Requests);
    }

    [Fact]
    public void Open_FirstMirrorServesAnotherFile_TakesTheSecondForAll()
    {
        _mirrors.Behaviour["one.example"] = (request, _) => FakeMirrors.Serve(request, _mirrors.Packed(3));

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal(["one.example", "two.example", "two.example", "two.example", "two.example"],
            _mirrors.Requests.Select(request => request.Host));
    }

    [Fact]
    public void Open_EveryMirrorServesAnotherFile_ThrowsAndKeepsNothing()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] =
            (request, _) => FakeMirrors.Serve(request, _mirrors.Packed(3));

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("every mirror: the file has the wrong SHA-256", error.Message);
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public void Open_MirrorServesAPage_ThrowsUnsound()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] =
            (_, _) => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>sign in</html>") };

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("unsound (BadMagic)", error.Message);
    }

    [Fact]
    public void Open_ConnectionCut_ResumesWhereItEnded()
    {
        var cuts = 2;
        _mirrors.Behaviour["one.example"] = (request, content) =>
            cuts-- > 0 ? FakeMirrors.Cut(request, content, after: 100) : FakeMirrors.Serve(request, content);

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal([0, 100, 200, 0, 0, 0], _mirrors.Requests.Select(request => request.From));
    }

    [Fact]
    public void Open_MirrorKeepsCutting_TheNextGoesOnFromThere()
    {
        _mirrors.Behaviour["one.example"] = (request, content) => FakeMirrors.Cut(request, content, after: 100);

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal(("two.example", 300L), (_mirrors.Requests[3].Host, _mirrors.Requests[3].From));
    }

    [Fact]
    public void Open_PartOfAnotherFileLeftBehind_StartsOver()
    {
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Part(0), new byte[50]);

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal([50, 0], _mirrors.Requests.Take(2).Select(request => request.From));
    }

    [Fact]
    public void Open_WholePartLeftBehind_IsCheckedAndKept()
    {
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Part(0), _mirrors.Packed(0));

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);

        Assert.Equal(1, _mirrors.Requests.Count(request => request.File == _mirrors.Files[0].Name + ".gz"));
    }

    [Fact]
    public void Open_MirrorIgnoresRanges_TakesTheWholeFile()
    {
        Directory.CreateDirectory(Cache);
        File.WriteAllBytes(Part(0), _mirrors.Packed(0)[..80]);
        _mirrors.Behaviour["one.example"] = (_, content) =>
            new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

        Assert.Equal(_mirrors.Sha256, DigitDataSource.Open(Options).Sha256);
    }

    [Fact]
    public void Open_NoNetwork_TriesEachMirrorOnceAndGeneratesWithANotice()
    {
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] = FakeMirrors.Refuse;

        var set = DigitDataSource.Open(Options with { Data = null });

        Assert.Equal(("generated", 10), (set.Name, set.Train.Count));
        Assert.Contains("every mirror: not reachable", set.Notice);
        Assert.Equal(2, _mirrors.Requests.Count);
    }

    [Fact]
    public void Open_MirrorsFailDifferently_NamesEachReason()
    {
        _mirrors.Behaviour["one.example"] = (_, _) => new HttpResponseMessage(HttpStatusCode.NotFound);
        _mirrors.Behaviour["two.example"] = FakeMirrors.Refuse;

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("one.example: HTTP 404; two.example: not reachable", error.Message);
    }

    /// <summary>Elsewhere than on Unix a file that is open cannot go.</summary>
    [Fact]
    public void Open_PartTakenAwayMeanwhile_SaysSoAndKeepsNothing()
    {
        if (OperatingSystem.IsWindows()) return;
        _mirrors.Behaviour["one.example"] = _mirrors.Behaviour["two.example"] = (request, file) =>
        {
            File.Delete(Part(0));
            return FakeMirrors.Serve(request, _mirrors.Packed(0));
        };

        var error = Assert.Throws<DigitDataException>(() => DigitDataSource.Open(Options));

        Assert.Contains("every mirror: another process took the file away", error.Message);
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public void Open_CacheCannotBeMade_ThrowsOneSentence()
    {
        File.WriteAllText(_folder.At("file"), "");

        var error = Assert.Throws<DigitDataException>(
            () => DigitDataSource.Open(Options with { CacheFolder = Path.Combine(_folder.At("file"), "below") }));

        Assert.Contains("cannot be kept", error.Message);
    }

    [Fact]
    public void Open_Progress_EndsAtEachFilesSize()
    {
        var reports = new List<DigitDownloadProgress>();

        DigitDataSource.Open(Options with { Progress = new Recorder(reports) });

        for (var file = 0; file < 4; file++)
        {
            var last = reports.Last(report => report.File == _mirrors.Files[file].Name + ".gz");
            Assert.Equal((_mirrors.Packed(file).Length, (long?)_mirrors.Packed(file).Length), (last.Received, last.Total));
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

    private string Part(int file) => Path.Combine(Cache, _mirrors.Files[file].Name + ".gz.part");

    private sealed class Recorder(List<DigitDownloadProgress> reports) : IProgress<DigitDownloadProgress>
    {
        public void Report(DigitDownloadProgress value) => reports.Add(value);
    }
}
