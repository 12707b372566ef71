using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;
using OnnxDigits.Server.Digits;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Page;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Shared;

namespace OnnxDigits.Server;

/// <summary>Builds the web application.</summary>
internal static class DigitServer
{
    /// <summary>Creates the server and opens its models.</summary>
    /// <param name="entries">Configuration entries that take precedence over the environment and files.</param>
    /// <exception cref="CommandException">An option is invalid.</exception>
    /// <exception cref="ServedModelException">A model can't be served.</exception>
    public static WebApplication Create(IEnumerable<KeyValuePair<string, string?>> entries)
    {
        var builder = CreateBuilder(entries);
        var options = Bind(builder.Configuration);
        AddLogging(builder);
        AddKestrel(builder, options);
        AddServices(builder.Services, options);
        AddMetrics(builder);
        var app = builder.Build();
        try
        {
            MapEndpoints(app, options);
            // Opens all models, so that a bad one fails the start.
            app.Services.GetRequiredService<ModelCatalog>();
            return app;
        }
        catch
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <exception cref="CommandException">A configuration file is invalid.</exception>
    public static WebApplicationBuilder CreateBuilder(IEnumerable<KeyValuePair<string, string?>> entries)
    {
        try
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Configuration.AddInMemoryCollection(entries);
            return builder;
        }
        catch (InvalidDataException e)
        {
            // Such as "Failed to load configuration from file '/app/appsettings.json'. '}' is invalid without …".
            throw new CommandException($"{e.Message} {e.GetBaseException().Message}", innerException: e);
        }
    }

    /// <summary>Returns the options in the configuration.</summary>
    /// <exception cref="CommandException">An option is invalid.</exception>
    public static ServerOptions Bind(ConfigurationManager configuration)
    {
        var options = new ServerOptions();
        var section = configuration.GetSection(ServerOptions.Section);
        var properties = typeof(ServerOptions).GetProperties();
        string[] names = [.. properties.Select(property => property.Name)];
        var unknown = section.GetChildren().Select(child => child.Key).Except(names, StringComparer.OrdinalIgnoreCase);
        if (unknown.FirstOrDefault() is { } name)
        {
            throw new CommandException(
                $"there is no setting '{name}'.{Suggestion.For(name, names)} See digit-server --help.");
        }
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            // Such as "Failed to convert configuration value 'abc' at 'OnnxDigits:Port' to type 'System.Int32'."
            var option = properties.FirstOrDefault(property => e.Message.Contains(
                $"'{section.Path}:{property.Name}'", StringComparison.OrdinalIgnoreCase));
            string kind = option?.PropertyType == typeof(int) ? "whole number" : "number";
            throw new CommandException(
                option is null
                    ? $"The configuration is invalid: {e.Message}"
                    : $"The option {option.Name} needs a {kind}, not '{section[option.Name]}'.",
                innerException: e);
        }
        var result = new ServerOptionsValidator().Validate(name: null, options);
        if (result.Succeeded) return options;
        // Such as "Port: The field ServerOptions.Port must be between 0 and 65535."
        var faults = result.Failures!
            .Select(fault => fault.Split(": ", 2)[^1].Replace("field ServerOptions.", "option "));
        throw new CommandException(string.Join(' ', faults));
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (Console.IsOutputRedirected)
        {
            builder.Logging.AddJsonConsole(console => console.JsonWriterOptions = JsonRow.Options);
        }
        else
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // The command reports a failed start in one sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // Otherwise, each request gets an activity and a logging scope.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // RequestLog logs refused requests.
        builder.Logging.AddFilter("Grpc", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Timeouts", LogLevel.Error);
    }

    private static void AddKestrel(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        bool hasEndpoints = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxConcurrentConnections = 4096;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
            // Endpoints in the configuration, for example with TLS, replace the options.
            if (hasEndpoints) return;
            if (options.Port == options.GrpcPort && options.Port != 0)
            {
                throw new CommandException($"--port and --grpc-port are both {options.Port}. Choose two ports.");
            }
            Listen(options.Port, HttpProtocols.Http1);
            Listen(options.GrpcPort, HttpProtocols.Http2);

            void Listen(int port, HttpProtocols protocols)
            {
                void Configure(ListenOptions listen) => listen.Protocols = protocols;
                if (options.Host == "localhost") kestrel.ListenLocalhost(port, Configure);
                else if (options.Host == "*") kestrel.ListenAnyIP(port, Configure);
                else if (IPAddress.TryParse(options.Host, out var address)) kestrel.Listen(address, port, Configure);
                else throw new CommandException($"--host needs localhost, an IP address or *, not '{options.Host}'.");
            }
        });
    }

    private static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<ServerState>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerState>());
        services.AddSingleton<RequestLog>();
        services.AddSingleton<DigitReader>();
        services.AddSingleton<DigitsEndpoint>();
        services.AddSingleton(provider => Open(provider, options));
        services.AddDigitClassifier(classifier =>
        {
            classifier.Device = options.Device;
            classifier.ConfidenceThreshold = options.Threshold;
            bool isEmbedded = Enum.TryParse<EmbeddedModel>(options.Digits, ignoreCase: true, out var embedded);
            if (isEmbedded) classifier.Model = embedded;
            else classifier.ModelPath = options.Digits;
        });
        services.Configure<HostOptions>(
            host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.GracePeriod + 5));
        services.Configure<FormOptions>(form =>
        {
            form.MultipartBodyLengthLimit = options.MaxBody;
            // Files stay in memory, so that the server needs no writable folder.
            form.MemoryBufferThreshold = options.MaxBody;
        });
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(options.RequestTimeout),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
            WriteTimeoutResponse = context =>
            {
                const string Reason = "The request reached its time limit.";
                context.RequestServices.GetRequiredService<RequestLog>().LogTimeout(Reason);
                context.Response.Clear();
                return ErrorAnswers.WriteAsync(context, StatusCodes.Status504GatewayTimeout, Reason);
            },
        });
        // For a damaged body, the Brotli decoder throws no InvalidDataException. The protocol uses gzip and deflate.
        services.AddRequestDecompression(decompression => decompression.DecompressionProviders.Remove("br"));
        services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.Providers.Add<DeflateCompressionProvider>();
            compression.MimeTypes =
                [.. ResponseCompressionDefaults.MimeTypes, "application/octet-stream", "application/x-ndjson"];
        });
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = options.MaxBody);
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", _ => true);
            health.Services.Map("inference.GRPCInferenceService", _ => true);
        }).AddCheck<ReadyCheck>("ready");
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default));
    }

    private static ModelCatalog Open(IServiceProvider provider, ServerOptions options)
    {
        var metrics = provider.GetRequiredService<ServerMetrics>();
        // A mistake in the options must be found before a model is opened: ONNX Runtime crashes if the process ends
        // while it opens one.
        ModelFile[] files = [.. ModelFile.All(options)];
        // Opening takes tens of milliseconds for each model, so they are opened at the same time.
        var digits = Task.Run(ServedModel () => new DigitsModel(provider.GetRequiredService<DigitReader>()));
        Task<ServedModel>[] opened =
        [
            .. files.Select(file => Task.Run(ServedModel () => OnnxModel.Open(file, options, metrics))),
            digits,
        ];
        return new(Task.WhenAll(opened).GetAwaiter().GetResult());
    }

    private static void AddMetrics(WebApplicationBuilder builder)
    {
        bool hasCollector = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry.ConfigureResource(
            resource => resource.AddService("digit-server", serviceVersion: ServerState.Version));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(ServerMetrics.MeterName, "OnnxDigits.Inference", "Microsoft.AspNetCore.Server.Kestrel");
            metrics.AddPrometheusExporter();
            if (hasCollector) metrics.AddOtlpExporter();
        });
    }

    private static void MapEndpoints(WebApplication app, ServerOptions options)
    {
        // Probes and proxies send HEAD to paths of GET. Kestrel leaves out the body.
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseRouting();
        app.UseErrorAnswers();
        app.UseApiKey(options.ApiKey);
        app.UseRequestTimeouts();
        app.UseResponseCompression();
        app.UseRequestDecompression();
        // The decompression removes the header of the codings that it knows.
        app.Use((context, next) => context.Request.Headers.ContentEncoding.Count == 0
            ? next(context)
            : ErrorAnswers.WriteAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "Bodies may be compressed with gzip or deflate."));
        app.MapPage();
        app.MapRest();
        app.MapGrpcService<GrpcInference>();
        app.MapGrpcHealthChecksService();
        app.MapPrometheusScrapingEndpoint();
        app.MapOpenApi();
    }

    /// <summary>Implements the HTTP content coding <c>deflate</c>, which is the zlib format.</summary>
    private sealed class DeflateCompressionProvider : ICompressionProvider
    {
        public string EncodingName => "deflate";

        public bool SupportsFlush => true;

        public Stream CreateStream(Stream outputStream) =>
            new ZLibStream(outputStream, CompressionLevel.Fastest, leaveOpen: true);
    }
}

/// <summary>Validates options by their attributes.</summary>
[OptionsValidator]
internal sealed partial class ServerOptionsValidator : IValidateOptions<ServerOptions>;
