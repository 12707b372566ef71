using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OnnxDigits.Server.Digits;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Telemetry;

namespace OnnxDigits.Server.Protocol;

/// <summary>The REST endpoints of the protocol, and <c>/digits</c>.</summary>
internal static class RestEndpoints
{
    private const string Json = "application/json";

    public static void MapRest(this WebApplication app)
    {
        app.MapGet("/v2/health/live", (ServerState state) =>
                TypedResults.Json(new ServerHealth(true, state.IsReady), ProtocolJson.Default.ServerHealth))
            .WithSummary("Server live").Produces<ServerHealth>();
        app.MapGet("/v2/health/ready", Ready).WithSummary("Server ready")
            .Produces<ServerHealth>().Produces<ServerHealth>(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/v2", () => TypedResults.Json(
                new ServerMetadata(ServerState.Name, ServerState.Version, ServerState.Extensions),
                ProtocolJson.Default.ServerMetadata))
            .WithSummary("Server metadata").Produces<ServerMetadata>();
        foreach (string version in (string[])["", "/versions/{version}"])
        {
            string path = $"/v2/models/{{model}}{version}";
            app.MapGet(path, DescribeModel).WithSummary("Model metadata")
                .Produces<ModelMetadata>().Produces<ErrorAnswer>(StatusCodes.Status404NotFound);
            app.MapGet($"{path}/ready", ModelReady).WithSummary("Model ready")
                .Produces<ModelHealth>().Produces<ErrorAnswer>(StatusCodes.Status404NotFound);
            app.MapPost($"{path}/infer", Infer).WithSummary("Inference")
                .AddOpenApiOperationTransformer(Body<InferenceRequest>(Json, "application/octet-stream"))
                .Produces(StatusCodes.Status200OK, typeof(InferenceResponse), Json, "application/octet-stream")
                .Produces<ErrorAnswer>(StatusCodes.Status404NotFound)
                .ProducesErrors();
        }
        app.MapPost("/digits", (HttpContext context, DigitsEndpoint digits, bool all = false, bool pixels = false) =>
                digits.AnswerAsync(context, all, pixels))
            .WithSummary("Read pictures: an image file, a form with several, or JSON with base64")
            .AddOpenApiOperationTransformer(
                Body<DigitsRequest>(Json, "multipart/form-data", "image/png", "image/jpeg", "image/webp"))
            .Produces(StatusCodes.Status200OK, contentType: Json, additionalContentTypes: "application/x-ndjson")
            .ProducesErrors();
    }

    // Documents the errors of a body, of a full queue and of a server that stops.
    private static void ProducesErrors(this RouteHandlerBuilder builder)
    {
        foreach (int status in (int[])[400, 413, 415, 429, 503]) builder.Produces<ErrorAnswer>(status);
    }

    // Documents the body without Accepts, which would refuse clients that send another content type, as curl does.
    private static Func<OpenApiOperation, OpenApiOperationTransformerContext, CancellationToken, Task> Body<T>(
        params string[] contentTypes) => async (operation, context, cancellationToken) =>
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(T), cancellationToken: cancellationToken);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = contentTypes.ToDictionary(
                type => type, type => new OpenApiMediaType { Schema = type == Json ? schema : null }),
        };
    };

    private static IResult Ready(ServerState state) => TypedResults.Json(
        new ServerHealth(true, state.IsReady), ProtocolJson.Default.ServerHealth,
        statusCode: state.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static IResult ModelReady(ModelCatalog models, ServerState state, string model, string? version) =>
        TypedResults.Json(
            new ModelHealth(models.Find(model, version).Name, state.IsReady), ProtocolJson.Default.ModelHealth,
            statusCode: state.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static IResult DescribeModel(ModelCatalog models, string model, string? version)
    {
        var served = models.Find(model, version);
        return TypedResults.Json(
            new ModelMetadata(
                served.Name, [.. models.VersionsOf(model).Select(each => each.Version)], served.Platform,
                [.. served.Inputs.Select(Describe)], [.. served.Outputs.Select(Describe)]),
            ProtocolJson.Default.ModelMetadata);
    }

    private static TensorMetadata Describe(TensorInfo tensor) => new(tensor.Name, tensor.Type.Name, tensor.Shape);

    private static Task Infer(
        HttpContext context, ModelCatalog models, RequestLog requests, ServerOptions options, string model,
        string? version) =>
        requests.RunAsync("rest", () => models.Find(model, version), async served =>
        {
            await RestInference.AnswerAsync(context, served, options.MaxElements).ConfigureAwait(false);
            return true;
        });
}
