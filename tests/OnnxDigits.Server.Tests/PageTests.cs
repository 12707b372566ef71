using System.Globalization;
using Microsoft.Playwright;

namespace OnnxDigits.Server.Tests;

/// <summary>The page in headless Chromium.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private static readonly string? Chromium =
        Array.Find(["/usr/bin/chromium", "/usr/bin/google-chrome"], File.Exists);

    private readonly List<string> _complaints = [];
    private TestServer _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Chromium is null, "Not run: the page needs a browser. Install the package chromium.");
        _server = await TestServer.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
        });
        await OpenAsync();
    }

    private async Task OpenAsync(BrowserNewPageOptions? options = null)
    {
        _page = await _browser.NewPageAsync(options);
        _page.Console += (_, message) => _complaints.Add($"{message.Type}: {message.Text}");
        _page.PageError += (_, error) => _complaints.Add(error);
        _page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_server.Http.BaseAddress!.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                _complaints.Add($"request of {request.Url}");
            }
        };
        await _page.GotoAsync(_server.Http.BaseAddress!.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    private static readonly (float X, float Y)[] Seven = [(0.3f, 0.25f), (0.7f, 0.25f), (0.42f, 0.8f)];

    private async Task DrawAsync(IReadOnlyList<(float X, float Y)> stroke)
    {
        var paper = (await _page.Locator("#paper").BoundingBoxAsync())!;
        (float X, float Y) At((float X, float Y) point) =>
            (paper.X + point.X * paper.Width, paper.Y + point.Y * paper.Height);
        await _page.Mouse.MoveAsync(At(stroke[0]).X, At(stroke[0]).Y);
        await _page.Mouse.DownAsync();
        foreach (var point in stroke) await _page.Mouse.MoveAsync(At(point).X, At(point).Y, new() { Steps = 8 });
        await _page.Mouse.UpAsync();
    }

    private Task ReadsAsync(string digit) => Assertions.Expect(_page.Locator("#digit")).ToHaveTextAsync(digit);

    private Task SaysAsync(string words) => Assertions.Expect(_page.Locator("#words")).ToContainTextAsync(words);

    [Theory]
    [InlineData(320, 640, ColorScheme.Light)]
    [InlineData(900, 700, ColorScheme.Light)]
    [InlineData(900, 700, ColorScheme.Dark)]
    [InlineData(2560, 1440, ColorScheme.Light)]
    public async Task Draw_Seven_IsReadAtAnyWidth(int width, int height, ColorScheme scheme)
    {
        await OpenAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            DeviceScaleFactor = 2,
        });
        await DrawAsync(Seven);

        await ReadsAsync("7");
        await SaysAsync("This is a 7.");
        Assert.Equal(10, await _page.Locator("#scores li").CountAsync());
        Assert.Matches(@"^7\d+\.\d %$", await _page.Locator("#scores li.first").TextContentAsync());
        Assert.Matches(@"^Answered in \d+ ms$", await _page.Locator("#time").TextContentAsync());
        Assert.NotEqual(0, await _page.EvaluateAsync<int>(
            "() => seen.getContext('2d').getImageData(0, 0, 28, 28).data.filter((v, i) => i % 4 < 3 && v > 0).length"));
        Assert.True(await _page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await Picture($"page-{width}-{scheme}");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Draw_WithKeys_IsRead()
    {
        await _page.Locator("#paper").FocusAsync();
        await PressAsync("ArrowUp", 10);
        await _page.Keyboard.PressAsync(" ");
        await PressAsync("ArrowDown", 20);
        await _page.Keyboard.PressAsync(" ");
        await ReadsAsync("1");

        await _page.Keyboard.PressAsync("Delete");
        await SaysAsync("Nothing to read yet.");
        Assert.Empty(_complaints);

        async Task PressAsync(string key, int times)
        {
            for (int i = 0; i < times; i++) await _page.Keyboard.PressAsync(key);
        }
    }

    [Fact]
    public async Task Tab_FromTheTop_ReachesEveryControl()
    {
        List<string> reached = [];
        for (int i = 0; i < 7; i++)
        {
            await _page.Keyboard.PressAsync("Tab");
            reached.Add(await _page.EvaluateAsync<string>(
                "() => document.activeElement.id || document.activeElement.textContent"));
        }
        Assert.Equal(
            ["paper", "clear", "open", "camera", "OpenAPI", "Open Inference Protocol", "Metrics"], reached);
        Assert.Empty(await _page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("button, canvas, input:not([hidden]), section, dialog, ol")]
                .filter(e => !(e.ariaLabel || e.getAttribute("aria-labelledby") || e.labels?.length))
                .filter(e => !e.textContent.trim())
                .map(e => e.outerHTML)
            """));
    }

    [Theory]
    [InlineData("paste")]
    [InlineData("drop")]
    [InlineData("open")]
    public async Task Picture_GivenInAnyWay_IsRead(string way)
    {
        byte[] file = Pictures.Of(3);
        if (way == "open")
        {
            await _page.Locator("#file").SetInputFilesAsync(
                new FilePayload { Name = "three.png", MimeType = "image/png", Buffer = file });
        }
        else
        {
            await _page.EvaluateAsync("""
                ([way, file]) => {
                    const data = new DataTransfer();
                    const bytes = Uint8Array.from(atob(file), c => c.charCodeAt());
                    data.items.add(new File([bytes], "x.png", { type: "image/png" }));
                    dispatchEvent(way === "paste"
                        ? new ClipboardEvent("paste", { clipboardData: data })
                        : new DragEvent("drop", { dataTransfer: data, cancelable: true }));
                }
                """, new[] { way, Convert.ToBase64String(file) });
        }
        await ReadsAsync("3");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Picture_OfSeveralDigits_ShowsTheNumber()
    {
        await OpenFileAsync(Pictures.Page());
        await SaysAsync("There are several digits.");
        await ReadsAsync(string.Concat(Enumerable.Range(0, 4).Select(i => Pictures.Test.Label(i))));
    }

    [Fact]
    public async Task Camera_Taken_IsSentToTheServer()
    {
        await _page.Locator("#camera").ClickAsync();
        await _page.WaitForFunctionAsync("() => video.videoWidth > 0");
        await _page.Locator("#take").ClickAsync();
        await Assertions.Expect(_page.Locator("#answer")).Not.ToHaveAttributeAsync("data-status", "empty");
        await Assertions.Expect(_page.Locator("#viewfinder")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Picture_ThatCannotBeRead_ShowsWhy()
    {
        await RestartAsync("MaxBody=100000");
        await OpenFileAsync("not a picture"u8.ToArray());
        await SaysAsync("not an image");

        await OpenFileAsync(Pictures.Blank(64));
        await SaysAsync("There is no ink on the picture.");

        await OpenFileAsync(new byte[200_000]);
        await SaysAsync("too large");

        await _page.Context.SetOfflineAsync(true);
        await OpenFileAsync(Pictures.Of(3));
        await SaysAsync("The server can't be reached.");
    }

    [Fact]
    public async Task Server_WithKey_AsksForItOnce()
    {
        await RestartAsync("ApiKey=0123456789abcdef");
        await DrawAsync(Seven);
        await _page.Locator("#key").FillAsync("0123456789abcdef");
        await _page.Keyboard.PressAsync("Enter");
        await ReadsAsync("7");

        await _page.Locator("#clear").ClickAsync();
        await DrawAsync(Seven);
        await ReadsAsync("7");
    }

    private async Task RestartAsync(string option)
    {
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(option);
        await OpenAsync();
    }

    private Task OpenFileAsync(byte[] file) => _page.Locator("#file").SetInputFilesAsync(
        new FilePayload { Name = "picture.png", MimeType = "image/png", Buffer = file });

    private async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("ONNXDIGITS_SCREENSHOTS") is not { Length: > 0 } folder) return;
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.png"));
        await _page.ScreenshotAsync(new() { Path = path, FullPage = true });
    }
}
