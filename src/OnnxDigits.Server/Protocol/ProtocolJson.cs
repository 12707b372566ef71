using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxDigits.Server.Protocol;

/// <summary>Represents the JSON object of an inference request.</summary>
internal sealed record InferenceRequest
{
    public string? Id { get; init; }

    public TensorParameters? Parameters { get; init; }

    [JsonRequired]
    public InputTensor[] Inputs { get; init; } = [];

    public OutputTensor[]? Outputs { get; init; }
}

internal sealed record InputTensor
{
    [JsonRequired]
    public string Name { get; init; } = "";

    [JsonRequired]
    public string Datatype { get; init; } = "";

    [JsonRequired]
    public long[] Shape { get; init; } = [];

    public TensorParameters? Parameters { get; init; }

    public JsonSlice? Data { get; init; }
}

internal sealed record OutputTensor
{
    [JsonRequired]
    public string Name { get; init; } = "";

    public TensorParameters? Parameters { get; init; }
}

/// <summary>
/// Represents the parameters of a request, an input or an output. The server ignores parameters with other names.
/// </summary>
internal sealed record TensorParameters
{
    public int? BinaryDataSize { get; init; }

    public bool? BinaryData { get; init; }

    public bool? BinaryDataOutput { get; init; }

    public int? Classification { get; init; }

    public string? ContentType { get; init; }
}

/// <summary>Represents the JSON object of an inference response. Used in the OpenAPI document only.</summary>
internal sealed record InferenceResponse(
    string ModelName, string? ModelVersion, string? Id, Dictionary<string, JsonElement>? Parameters,
    ResponseTensor[] Outputs);

internal sealed record ResponseTensor(
    string Name, string Datatype, long[] Shape, Dictionary<string, JsonElement>? Parameters, JsonElement? Data);

internal sealed record ServerMetadata(string Name, string Version, string[] Extensions);

internal sealed record ModelMetadata(
    string Name, string[] Versions, string Platform, TensorMetadata[] Inputs, TensorMetadata[] Outputs);

internal sealed record TensorMetadata(string Name, string Datatype, long[] Shape);

internal sealed record ServerHealth(bool Live, bool Ready);

internal sealed record ModelHealth(string Name, bool Ready);

internal sealed record ErrorAnswer(string Error);

/// <summary>Represents the JSON object of a request to <c>/digits</c>.</summary>
internal sealed record DigitsRequest
{
    [JsonRequired]
    public DigitsImage[] Images { get; init; } = [];
}

/// <summary>Represents an image file in base64.</summary>
internal sealed record DigitsImage
{
    public string? Name { get; init; }

    [JsonRequired]
    public byte[] Data { get; init; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = MaxDepth)]
[JsonSerializable(typeof(InferenceRequest))]
[JsonSerializable(typeof(InferenceResponse))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ServerHealth))]
[JsonSerializable(typeof(ModelHealth))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(DigitsRequest))]
internal sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>The deepest nesting of arrays and objects in a request.</summary>
    public const int MaxDepth = 16;
}
