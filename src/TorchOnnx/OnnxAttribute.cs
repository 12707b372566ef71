using Google.Protobuf;
using Onnx;

namespace TorchOnnx;

/// <summary>Represents an attribute of an ONNX node.</summary>
public sealed class OnnxAttribute
{
    private readonly AttributeProto _proto;

    /// <summary>Initializes an attribute of type INT.</summary>
    public OnnxAttribute(string name, long value) =>
        _proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>Initializes an attribute of type FLOAT.</summary>
    public OnnxAttribute(string name, float value) =>
        _proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>Initializes an attribute of type FLOAT, rounded to float32.</summary>
    public OnnxAttribute(string name, double value) : this(name, (float)value) { }

    /// <summary>Initializes an attribute of type STRING, written as UTF-8.</summary>
    public OnnxAttribute(string name, string value) => _proto = new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.String,
        S = ByteString.CopyFromUtf8(value),
    };

    /// <summary>Initializes an attribute of type INTS.</summary>
    public OnnxAttribute(string name, IEnumerable<long> values)
    {
        _proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        _proto.Ints.AddRange(values);
    }

    /// <summary>Initializes an attribute of type FLOATS.</summary>
    public OnnxAttribute(string name, IEnumerable<float> values)
    {
        _proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        _proto.Floats.AddRange(values);
    }

    /// <summary>Initializes an attribute of type STRINGS, written as UTF-8.</summary>
    public OnnxAttribute(string name, IEnumerable<string> values)
    {
        _proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        _proto.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
    }

    /// <summary>Gets the name of the attribute.</summary>
    public string Name => _proto.Name;

    internal AttributeProto ToProto() => _proto.Clone();
}
