namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>
/// Walks the fields of one protobuf message; length-delimited fields come as slices of the input. Stricter than
/// protobuf itself: what a lenient reader skips or merges could mean something else to the next one.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, MessageSchema schema)
{
    /// <summary>The most fields of one message, so that a small file cannot become millions of objects.</summary>
    public const int MostFields = 4096;

    private readonly int _length = message.Length;
    private ReadOnlySpan<byte> _rest = message;
    private uint _seen;
    private int _count;

    public int Field { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The bytes of a length-delimited or fixed field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where the next field starts in the message.</summary>
    public readonly int Offset => _length - _rest.Length;

    public readonly string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Moves to the next field; false at the message's end.</summary>
    /// <exception cref="ProtobufException">The bytes are no message of this schema, or end too early.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Wire = (WireType)(tag & 7);
        if (!schema.Allows(Field, Wire))
            throw Fault($"has the field {Field}, which ONNX does not have there");
        if ((_seen >> Field & 1) != 0 && !schema.IsRepeated(Field))
            throw Fault($"has the field {Field} twice");
        if (++_count > MostFields)
            throw TooMany();
        _seen |= 1u << Field;
        Bytes = default;
        switch (Wire)
        {
            case WireType.Varint: Number = ReadVarint(); break;
            case WireType.Length: Bytes = Take(ReadVarint()); break;
            case WireType.Fixed32: Bytes = Take(4); break;
            case WireType.Fixed64: Bytes = Take(8); break;
        }
        return true;
    }

    /// <summary>Adds what a repeated varint field holds, packed or one by one.</summary>
    public readonly void AddNumbersTo(List<long> numbers)
    {
        if (Wire == WireType.Varint)
        {
            numbers.Add((long)Number);
            return;
        }
        var packed = this;
        for (packed._rest = Bytes; !packed._rest.IsEmpty; numbers.Add((long)packed.ReadVarint()))
        {
            if (numbers.Count == MostFields)
                throw TooMany();
        }
    }

    private readonly ProtobufException TooMany() => Fault($"has more than {MostFields} parts");

    private readonly ProtobufException Fault(string fault) => new(schema.Name, fault);

    private readonly ProtobufException Truncated() =>
        new(schema.Name, "ends in the middle of a field") { Truncated = true };

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw Truncated();
        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            if (i == _rest.Length)
                throw Truncated();
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }
        throw Fault("has a number of more than ten bytes");
    }
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}
