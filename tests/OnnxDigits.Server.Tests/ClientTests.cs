using System.Diagnostics;

namespace OnnxDigits.Server.Tests;

/// <summary>Calls the server with clients that others wrote.</summary>
public sealed class ClientTests(SharedServer shared) : IClassFixture<SharedServer>, IDisposable
{
    private readonly string _picture = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task Curl_Requests_AreAnswered()
    {
        await File.WriteAllBytesAsync(_picture, Pictures.Of(8), Cancellation);
        Uri server = shared.Server.Http.BaseAddress!;
        string picture = $"@{_picture}";
        Assert.Contains("\"digit\":8", await RunAsync("curl", "-s", "--data-binary", picture, $"{server}digits"));
        Assert.Contains("\"digit\":8", await RunAsync("curl", "-s", "-F", $"a={picture}", $"{server}digits"));
        Assert.Contains("\"best\"", await RunAsync("curl", "-s", "--compressed", $"{server}v2/models/best"));
        Assert.Contains("[10]", await RunAsync(
            "curl", "-s", "-d",
            """{ "inputs": [{ "name": "x", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4] }] }""",
            $"{server}v2/models/sums/infer"));
    }

    [Fact]
    public async Task GrpcJs_Requests_AreAnswered()
    {
        string client = ServerProcess.PathOf("tests/OnnxDigits.Server.Tests/clients");
        // .ci/run installs the packages of the client.
        Assert.SkipUnless(Directory.Exists($"{client}/node_modules"), $"'npm install' wasn't run in {client}.");
        await File.WriteAllBytesAsync(_picture, Pictures.Of(8), Cancellation);
        string output = await RunAsync(
            "node", $"{client}/grpc.mjs", ServerProcess.PathOf("src/OnnxDigits.Server/Protocol/open_inference.proto"),
            shared.Server.GrpcAddress.Authority, _picture);
        Assert.Equal(["true", "-1,1,28,28", "7 8", "40", "NOT_FOUND"], output.Split('\n')[..^1]);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{await error}");
        return output;
    }
}
