namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>The fields that one kind of protobuf message may have; their numbers are below 32 in all of ONNX.</summary>
internal sealed class MessageSchema(string name)
{
    // One bit for each wire type, by field number.
    private readonly byte[] _wires = new byte[32];
    private uint _repeated;

    /// <summary>What the message is, as an error names it.</summary>
    public string Name => name;

    public bool Allows(int field, WireType wire) => field is > 0 and < 32 && (_wires[field] >> (int)wire & 1) != 0;

    public bool IsRepeated(int field) => (_repeated >> field & 1) != 0;

    /// <summary>Fields that stand at most once.</summary>
    public MessageSchema One(WireType wire, params ReadOnlySpan<int> fields)
    {
        foreach (int field in fields)
            _wires[field] |= (byte)(1 << (int)wire);
        return this;
    }

    /// <summary>Repeated fields; numbers among them may also come packed.</summary>
    public MessageSchema Many(WireType wire, params ReadOnlySpan<int> fields)
    {
        One(wire, fields);
        One(WireType.Length, fields);
        foreach (int field in fields)
            _repeated |= 1u << field;
        return this;
    }
}
