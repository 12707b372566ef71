using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OnnxDigits.Server.Protocol.Grpc;

namespace OnnxDigits.Server.Tests;

/// <summary>The server on free ports of this machine, and clients for it.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private TestServer(WebApplication app, TestModels models)
    {
        App = app;
        Models = models;
        string[] addresses =
            [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Http = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        _channel = GrpcChannel.ForAddress(addresses[1]);
        GrpcAddress = new Uri(addresses[1]);
    }

    public HttpClient Http { get; }

    public Uri GrpcAddress { get; }

    internal WebApplication App { get; }

    internal TestModels Models { get; }

    internal GrpcChannel Channel => _channel;

    internal GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(_channel);

    /// <summary>Starts a server with options such as <c>MaxImages=2</c> beside those of the test models.</summary>
    public static async Task<TestServer> StartAsync(params string[] options)
    {
        var models = new TestModels();
        var entries = new Dictionary<string, string?>
        {
            ["OnnxDigits:Host"] = "127.0.0.1",
            ["OnnxDigits:Port"] = "0",
            ["OnnxDigits:GrpcPort"] = "0",
            ["OnnxDigits:Batched:0"] = "sums",
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (name, path) in models.Files) entries[$"OnnxDigits:Models:{name}"] = path;
        foreach (string option in options) entries[$"OnnxDigits:{option.Split('=')[0]}"] = option.Split('=')[1];
        var app = DigitServer.Create(entries);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, models);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Models.Dispose();
    }
}

/// <summary>One server for all tests of a class.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
