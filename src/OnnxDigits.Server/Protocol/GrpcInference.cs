using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol.Grpc;
using OnnxDigits.Server.Telemetry;

namespace OnnxDigits.Server.Protocol;

/// <summary>The gRPC service of the protocol.</summary>
internal sealed class GrpcInference(
    ModelCatalog models, ServerState state, ServerOptions options, RequestLog requests)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = state.IsReady });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        Find(request.Name, request.Version);
        return Task.FromResult(new ModelReadyResponse { Ready = state.IsReady });
    }

    public override Task<ServerMetadataResponse> ServerMetadata(
        ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse
        {
            Name = ServerState.Name,
            Version = ServerState.Version,
            Extensions = { ServerState.Extensions },
        });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = Find(request.Name, request.Version);
        return Task.FromResult(new ModelMetadataResponse
        {
            Name = model.Name,
            Versions = { models.VersionsOf(model.Name).Select(version => version.Version) },
            Platform = model.Platform,
            Inputs = { model.Inputs.Select(Describe) },
            Outputs = { model.Outputs.Select(Describe) },
        });
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        try
        {
            return await requests.RunAsync(
                "grpc", () => models.Find(request.ModelName, request.ModelVersion),
                model => InferAsync(model, request, context.CancellationToken)).ConfigureAwait(false);
        }
        catch (ProtocolException e)
        {
            throw ToRpc(e);
        }
    }

    private async Task<ModelInferResponse> InferAsync(
        ServedModel model, ModelInferRequest request, CancellationToken cancellationToken)
    {
        bool isRaw = request.RawInputContents.Count > 0;
        if (isRaw && (request.RawInputContents.Count != request.Inputs.Count
            || request.Inputs.Any(input => input.Contents is not null)))
        {
            throw new ProtocolException("raw_input_contents must hold each input, and no input may have contents.");
        }
        var inputs = request.Inputs.Select((input, i) =>
        {
            string name = ModelRunner.InputOf(model, input.Name).Name;
            var type = DataType.Of(input.Datatype);
            long[] shape = [.. input.Shape];
            int count = Tensor.CountOf(shape, options.MaxElements);
            return isRaw
                ? BinaryTensor.Read(name, type, shape, count, request.RawInputContents[i].Memory)
                : GrpcContents.Read(name, type, shape, count, input.Contents);
        }).ToArray();
        var outputs = request.Outputs
            .Select(output => new RequestedOutput(output.Name, Classes(output.Parameters))).ToArray();
        var results = await ModelRunner.RunAsync(
            model, inputs, outputs, Classes(request.Parameters), cancellationToken).ConfigureAwait(false);

        var response = new ModelInferResponse
        {
            ModelName = model.Name,
            ModelVersion = model.Version,
            Id = request.Id,
        };
        // The response has the form of the request. FP16 and BF16 exist in raw form only.
        isRaw |= results.Any(result => result.Type == DataType.Fp16 || result.Type == DataType.Bf16);
        foreach (var result in results)
        {
            response.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor
            {
                Name = result.Name,
                Datatype = result.Type.Name,
                Shape = { result.Shape },
                Contents = isRaw ? null : GrpcContents.Write(result),
            });
            if (isRaw) response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(BinaryTensor.Write(result)));
        }
        return response;
    }

    private ServedModel Find(string name, string version)
    {
        try
        {
            return models.Find(name, version);
        }
        catch (ProtocolException e)
        {
            throw ToRpc(e);
        }
    }

    private static int Classes(MapField<string, InferParameter> parameters)
    {
        if (!parameters.TryGetValue("classification", out var value)) return 0;
        return value is { HasInt64Param: true, Int64Param: > 0 and <= int.MaxValue }
            ? (int)value.Int64Param
            : throw new ProtocolException("The parameter classification must be an int64_param of at least 1.");
    }

    private static ModelMetadataResponse.Types.TensorMetadata Describe(TensorInfo tensor) => new()
    {
        Name = tensor.Name,
        Datatype = tensor.Type.Name,
        Shape = { tensor.Shape },
    };

    private static RpcException ToRpc(ProtocolException e) => new(new Status(
        e.Status switch
        {
            StatusCodes.Status404NotFound => StatusCode.NotFound,
            StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests =>
                StatusCode.ResourceExhausted,
            StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
            StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
            >= 500 => StatusCode.Internal,
            _ => StatusCode.InvalidArgument,
        },
        e.Message));
}
