using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using OnnxDigits.Server.Protocol.Grpc;
using static OnnxDigits.Server.Protocol.Grpc.ModelInferRequest.Types;

namespace OnnxDigits.Server.Tests;

/// <summary>The sentences of the gRPC specification that a client can observe, each with its test.</summary>
internal static class GrpcConformance
{
    public static Dictionary<string, Func<TestServer, Task>> Sentences { get; } = new()
    {
        ["ServerLive: true if the server is live"] = async s =>
            Assert.True((await s.Grpc.ServerLiveAsync(new())).Live),

        ["ServerReady: true if the server is ready for inferencing"] = async s =>
            Assert.True((await s.Grpc.ServerReadyAsync(new())).Ready),

        ["ModelReady: true if the model is ready; without a version, the server chooses one"] = async s =>
        {
            Assert.True((await s.Grpc.ModelReadyAsync(new() { Name = "pair" })).Ready);
            Assert.True((await s.Grpc.ModelReadyAsync(new() { Name = "pair", Version = "1" })).Ready);
        },

        ["ModelReady: errors are indicated by the status"] = async s =>
        {
            await Refuse(StatusCode.NotFound, s.Grpc.ModelReadyAsync(new() { Name = "none" }));
            await Refuse(StatusCode.NotFound, s.Grpc.ModelReadyAsync(new() { Name = "pair", Version = "9" }));
        },

        ["ServerMetadata: name, version and extensions"] = async s =>
        {
            var metadata = await s.Grpc.ServerMetadataAsync(new());
            Assert.Equal("OnnxDigits.Server", metadata.Name);
            Assert.NotEmpty(metadata.Version);
            Assert.Contains("classification", metadata.Extensions);
        },

        ["ModelMetadata: name, versions, platform, inputs and outputs; -1 is a size that varies"] = async s =>
        {
            var metadata = await s.Grpc.ModelMetadataAsync(new() { Name = "pair", Version = "1" });
            Assert.Equal(("pair", "onnx_onnxv1"), (metadata.Name, metadata.Platform));
            Assert.Equal(["1", "2"], metadata.Versions);
            Assert.Equal(["a", "b"], metadata.Inputs.Select(input => input.Name));
            Assert.Equal(("INT32", -1L), (metadata.Inputs[0].Datatype, metadata.Inputs[0].Shape.Single()));
            Assert.Equal(["sum", "difference"], metadata.Outputs.Select(output => output.Name));
        },

        ["ModelMetadata: errors are indicated by the status"] = async s =>
            await Refuse(StatusCode.NotFound, s.Grpc.ModelMetadataAsync(new() { Name = "none" })),

        ["ModelInfer: the response has the model's name and version, and the request's id"] = async s =>
        {
            var response = await s.Grpc.ModelInferAsync(Pair(request => request.Id = "42"));
            Assert.Equal(("pair", "2", "42"), (response.ModelName, response.ModelVersion, response.Id));
            response = await s.Grpc.ModelInferAsync(Pair(request => request.ModelVersion = "1"));
            Assert.Equal(("1", ""), (response.ModelVersion, response.Id));
        },

        ["ModelInfer: without outputs, all are returned; otherwise the requested ones"] = async s =>
        {
            Assert.Equal(2, (await s.Grpc.ModelInferAsync(Pair())).Outputs.Count);
            var response = await s.Grpc.ModelInferAsync(
                Pair(request => request.Outputs.Add(new InferRequestedOutputTensor { Name = "difference" })));
            var output = Assert.Single(response.Outputs);
            Assert.Equal([4, 5], output.Contents.IntContents);
        },

        ["ModelInfer: parameters of requests, inputs and outputs are optional"] = async s =>
            await s.Grpc.ModelInferAsync(Pair(request =>
            {
                request.Parameters.Add("x", new InferParameter { BoolParam = true });
                request.Inputs[0].Parameters.Add("y", new InferParameter { StringParam = "z" });
            })),

        ["InferTensorContents: the field for the datatype holds the elements in row-major order"] = async s =>
        {
            foreach (var (type, contents) in Contents())
            {
                var response = await s.Grpc.ModelInferAsync(Same(type, [2, 1], contents));
                Assert.Equal(contents, response.Outputs[0].Contents);
                Assert.Equal(type, response.Outputs[0].Datatype);
                Assert.Equal([2, 1], response.Outputs[0].Shape);
                Assert.Empty(response.RawOutputContents);
            }
        },

        ["InferTensorContents: the size must match the shape"] = async s =>
        {
            foreach (var (type, contents) in Contents())
            {
                await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(Same(type, [3, 1], contents)));
            }
            await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(Same("INT32", [1, 1], null)));
        },

        ["InferTensorContents: a field of another datatype, or a value outside of it, is an error"] = async s =>
        {
            await Refuse(
                StatusCode.InvalidArgument,
                s.Grpc.ModelInferAsync(Same("INT64", [1, 1], new() { IntContents = { 1 } })));
            await Refuse(
                StatusCode.InvalidArgument,
                s.Grpc.ModelInferAsync(Same("INT8", [1, 1], new() { IntContents = { 128 } })));
        },

        ["raw_input_contents: the elements of each input in little-endian order; the answer is raw too"] = async s =>
        {
            foreach (string type in TestModels.Types.Keys.Where(type => type != "bytes"))
            {
                int size = Protocol.DataType.Of(type.ToUpperInvariant()).Size;
                byte[] data = [.. Enumerable.Range(0, 2 * size).Select(i => (byte)(type == "bool" ? i % 2 : i))];
                var request = Same(type.ToUpperInvariant(), [2, 1], null);
                request.RawInputContents.Add(ByteString.CopyFrom(data));
                var response = await s.Grpc.ModelInferAsync(request);
                Assert.Equal(data, response.RawOutputContents.Single().ToByteArray());
                Assert.Null(response.Outputs[0].Contents);
            }
        },

        ["raw_input_contents: each element of BYTES is after its length in 4 bytes"] = async s =>
        {
            var request = Same("BYTES", [1, 2], null);
            var raw = ByteString.CopyFrom(1, 0, 0, 0, 65, 0, 0, 0, 0);
            request.RawInputContents.Add(raw);
            Assert.Equal(raw, (await s.Grpc.ModelInferAsync(request)).RawOutputContents.Single());
        },

        ["raw_input_contents: one for each input, of the size of its shape and datatype"] = async s =>
        {
            foreach (int length in (int[])[0, 7, 9])
            {
                var request = Same("INT32", [2, 1], null);
                request.RawInputContents.Add(ByteString.CopyFrom(new byte[length]));
                await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(request));
            }
            var two = Same("INT32", [1, 1], null);
            two.RawInputContents.Add([ByteString.CopyFrom(1, 0, 0, 0), ByteString.Empty]);
            await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(two));
        },

        ["raw_input_contents: not together with contents"] = async s =>
        {
            var request = Same("INT32", [1, 1], new() { IntContents = { 1 } });
            request.RawInputContents.Add(ByteString.CopyFrom(1, 0, 0, 0));
            await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(request));
        },

        ["FP16 and BF16 have raw contents only"] = async s =>
            await Refuse(
                StatusCode.InvalidArgument,
                s.Grpc.ModelInferAsync(Same("FP16", [1, 1], new() { Fp32Contents = { 1 } }))),

        ["ModelInfer: errors are indicated by the status"] = async s =>
        {
            await Refuse(StatusCode.NotFound, s.Grpc.ModelInferAsync(new() { ModelName = "none" }));
            await Refuse(StatusCode.InvalidArgument, s.Grpc.ModelInferAsync(new() { ModelName = "pair" }));
            await Refuse(
                StatusCode.InvalidArgument,
                s.Grpc.ModelInferAsync(Same("INT32", [-1, 1], new() { IntContents = { 1 } })));
            await Refuse(
                StatusCode.InvalidArgument,
                s.Grpc.ModelInferAsync(Same("INT31", [1, 1], new() { IntContents = { 1 } })));
            await Refuse(
                StatusCode.ResourceExhausted,
                s.Grpc.ModelInferAsync(Same("INT32", [long.MaxValue, long.MaxValue], null)));
        },

        ["Classification: the parameter classification of an output or the request"] = async s =>
        {
            var request = Same("INT32", [1, 2], new() { IntContents = { 3, 8 } });
            request.Parameters.Add("classification", new InferParameter { Int64Param = 1 });
            var output = (await s.Grpc.ModelInferAsync(request)).Outputs.Single();
            Assert.Equal("8:1", output.Contents.BytesContents.Single().ToStringUtf8());
        },

        ["Pictures: the model digits reads encoded images"] = async s =>
        {
            var request = new ModelInferRequest
            {
                ModelName = "digits",
                Inputs =
                {
                    new InferInputTensor
                    {
                        Name = "images",
                        Datatype = "BYTES",
                        Shape = { 1 },
                        Contents = new() { BytesContents = { ByteString.CopyFrom(Pictures.Of(5)) } },
                    },
                },
            };
            var response = await s.Grpc.ModelInferAsync(request);
            Assert.Equal([5], response.Outputs[0].Contents.Int64Contents);
            Assert.Equal("ok", response.Outputs[2].Contents.BytesContents.Single().ToStringUtf8());
        },

        ["grpc.health.v1: the server and its service are serving; other names are unknown"] = async s =>
        {
            var health = new Health.HealthClient(s.Channel);
            foreach (string service in (string[])["", "inference.GRPCInferenceService"])
            {
                var response = await health.CheckAsync(new HealthCheckRequest { Service = service });
                Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
            }
            await Refuse(StatusCode.NotFound, health.CheckAsync(new HealthCheckRequest { Service = "x" }));
        },
    };

    private static ModelInferRequest Pair(Action<ModelInferRequest>? change = null)
    {
        var request = new ModelInferRequest
        {
            ModelName = "pair",
            Inputs =
            {
                Input("a", "INT32", [2], new() { IntContents = { 5, 7 } }),
                Input("b", "INT32", [2], new() { IntContents = { 1, 2 } }),
            },
        };
        change?.Invoke(request);
        return request;
    }

    private static ModelInferRequest Same(string type, long[] shape, InferTensorContents? contents) => new()
    {
        ModelName = type == "INT31" ? "same-int32" : $"same-{type.ToLowerInvariant()}",
        Inputs = { Input("x", type, shape, contents) },
    };

    private static InferInputTensor Input(string name, string type, long[] shape, InferTensorContents? contents) =>
        new() { Name = name, Datatype = type, Shape = { shape }, Contents = contents };

    private static IEnumerable<(string Type, InferTensorContents Contents)> Contents() =>
    [
        ("BOOL", new() { BoolContents = { true, false } }), ("INT8", new() { IntContents = { -128, 127 } }),
        ("INT16", new() { IntContents = { -32768, 32767 } }),
        ("INT32", new() { IntContents = { int.MinValue, int.MaxValue } }),
        ("INT64", new() { Int64Contents = { long.MinValue, long.MaxValue } }),
        ("UINT8", new() { UintContents = { 0, 255 } }), ("UINT16", new() { UintContents = { 0, 65535 } }),
        ("UINT32", new() { UintContents = { 0, uint.MaxValue } }),
        ("UINT64", new() { Uint64Contents = { 0, ulong.MaxValue } }),
        ("FP32", new() { Fp32Contents = { 0.1f, float.NegativeInfinity } }),
        ("FP64", new() { Fp64Contents = { 0.1, double.PositiveInfinity } }),
        ("BYTES", new() { BytesContents = { ByteString.CopyFromUtf8("one"), ByteString.Empty } }),
    ];

    private static async Task Refuse<T>(StatusCode code, AsyncUnaryCall<T> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.True(error.StatusCode == code, $"{error.Status}");
    }
}
