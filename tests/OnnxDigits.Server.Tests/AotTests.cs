using System.Diagnostics;

namespace OnnxDigits.Server.Tests;

/// <summary>Publishes the server with Native AOT, and asks it by each protocol.</summary>
public sealed class AotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aot-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Publish_NativeAot_AnswersWithoutWarnings()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a linker, which is found on Linux only.");
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", ServerProcess.PathOf("src/OnnxDigits.Server"), "-c", ServerProcess.Configuration,
            "--use-current-runtime", "-p:PublishAot=true", "-o", _folder, "-v", "q", "--nologo",
        ])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await publish.StandardOutput.ReadToEndAsync(Cancellation);
        await publish.WaitForExitAsync(Cancellation);
        Assert.Equal((0, ""), (publish.ExitCode, output.Trim()));

        using var models = new TestModels();
        await using var server = await ServerProcess.StartAsync(
            ["--model", $"sums={models.Files["sums"]}"], _folder, [], Path.Combine(_folder, "digit-server"));
        using var picture = new ByteArrayContent(Pictures.Of(7));
        using var row = await server.Http.PostAsync("/digits", picture, Cancellation);
        Assert.Contains("\"digit\":7", await row.Content.ReadAsStringAsync(Cancellation));
        using var body = new StringContent("""
            { "inputs": [{ "name": "x", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4] }] }
            """);
        using var answer = await server.Http.PostAsync("/v2/models/sums/infer", body, Cancellation);
        Assert.Equal("[10]", (await Rest.ReadAsync(answer, "inference_response")).Data("sum"));
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress($"http://127.0.0.1:{server.GrpcPort}");
        var client = new Protocol.Grpc.GRPCInferenceService.GRPCInferenceServiceClient(channel);
        Assert.Equal("best", (await client.ModelMetadataAsync(
            new() { Name = "best" }, cancellationToken: Cancellation)).Name);
        Assert.Contains("/digits", await server.Http.GetStringAsync("/openapi/v1.json", Cancellation));
        Assert.Contains("onnxdigits_server", await server.Http.GetStringAsync("/metrics", Cancellation));
    }
}
