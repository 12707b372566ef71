namespace OnnxDigits.Inference.Internals;

/// <summary>Walks the fields of one protobuf message; length-delimited fields come as slices of the input.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public int Field { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>The value of a varint or fixed field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The bytes of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Moves to the next field; false at the message's end.</summary>
    /// <exception cref="ProtobufException">The bytes are no protobuf message, or end too early.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Wire = (WireType)(tag & 7);
        Bytes = default;
        Number = Wire switch
        {
            WireType.Varint => ReadVarint(),
            WireType.Fixed64 => ReadFixed(8),
            WireType.Fixed32 => ReadFixed(4),
            WireType.Length => TakeBytes(),
            _ => throw new ProtobufException(truncated: false),
        };
        return Field > 0 ? true : throw new ProtobufException(truncated: false);
    }

    private ulong TakeBytes()
    {
        ulong length = ReadVarint();
        if (length > (ulong)_rest.Length)
            throw new ProtobufException(truncated: true);
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return length;
    }

    private ulong ReadFixed(int size)
    {
        if (_rest.Length < size)
            throw new ProtobufException(truncated: true);
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
            value = (value << 8) | _rest[i];
        _rest = _rest[size..];
        return value;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            if (i == _rest.Length)
                throw new ProtobufException(truncated: true);
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }
        throw new ProtobufException(truncated: false);
    }
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}

internal sealed class ProtobufException(bool truncated) : Exception
{
    public bool Truncated { get; } = truncated;
}
