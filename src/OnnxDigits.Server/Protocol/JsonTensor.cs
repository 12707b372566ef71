using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Server.Protocol;

/// <summary>Converts the elements of tensors from and to JSON.</summary>
/// <remarks>
/// The elements are read from the bytes of the request, because a JsonElement for each element takes three times as
/// long.
/// </remarks>
internal static class JsonTensor
{
    private delegate bool Parser<T>(ref Utf8JsonReader json, out T value);

    /// <summary>Reads a flat or nested array of elements.</summary>
    /// <param name="name">The name of the model's input.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="count">The number of elements of the shape.</param>
    /// <param name="json">The array, which is valid JSON.</param>
    /// <param name="isBase64">Indicates whether elements of <see cref="DataType.Bytes"/> are in base64.</param>
    /// <exception cref="ProtocolException">The array doesn't fit the shape or the type.</exception>
    public static Tensor Read(
        string name, DataType type, long[] shape, int count, ReadOnlySpan<byte> json, bool isBase64)
    {
        if (type == DataType.Bytes) return new(name, shape, Fill<ReadOnlyMemory<byte>>(isBase64 ? Base64 : Text, json));
        byte[] bytes = type.Name switch
        {
            "BOOL" => Numbers<bool>(Bool, json),
            "UINT8" => Numbers<byte>((ref r, out v) => r.TryGetByte(out v), json),
            "INT8" => Numbers<sbyte>((ref r, out v) => r.TryGetSByte(out v), json),
            "UINT16" => Numbers<ushort>((ref r, out v) => r.TryGetUInt16(out v), json),
            "INT16" => Numbers<short>((ref r, out v) => r.TryGetInt16(out v), json),
            "UINT32" => Numbers<uint>((ref r, out v) => r.TryGetUInt32(out v), json),
            "INT32" => Numbers<int>((ref r, out v) => r.TryGetInt32(out v), json),
            "UINT64" => Numbers<ulong>((ref r, out v) => r.TryGetUInt64(out v), json),
            "INT64" => Numbers<long>((ref r, out v) => r.TryGetInt64(out v), json),
            "FP16" => Numbers<Half>(Fp16, json),
            "BF16" => Numbers<ushort>(Bf16, json),
            "FP32" => Numbers<float>(Fp32, json),
            _ => Numbers<double>(Fp64, json),
        };
        return new(name, type, shape, bytes);

        byte[] Numbers<T>(Parser<T> parse, ReadOnlySpan<byte> json)
            where T : unmanaged => MemoryMarshal.AsBytes<T>(Fill(parse, json)).ToArray();

        T[] Fill<T>(Parser<T> parse, ReadOnlySpan<byte> json)
        {
            var values = new T[count];
            if (values is float[] floats && TryReadFlat(json, floats)) return values;
            int filled = 0;
            var reader = new Utf8JsonReader(json, new() { MaxDepth = ProtocolJson.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new ProtocolException($"The data of '{name}' isn't an array.");
            }
            ReadArray(ref reader, depth: 0);
            return filled == count ? values : throw new ProtocolException(
                $"The data of '{name}' has {filled} elements, but its shape {count}.");

            void ReadArray(ref Utf8JsonReader reader, int depth)
            {
                long length = 0;
                bool isFlat = false;
                for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; length++)
                {
                    bool isArray = reader.TokenType == JsonTokenType.StartArray;
                    if (length == 0) isFlat = depth == 0 && !isArray;
                    bool isLast = depth == shape.Length - 1;
                    if (isArray ? isFlat || isLast || depth >= shape.Length : !isFlat && !isLast) throw Misfit();
                    if (isArray)
                    {
                        ReadArray(ref reader, depth + 1);
                        continue;
                    }
                    if (filled == count)
                    {
                        throw new ProtocolException($"The data of '{name}' has more elements than its shape, {count}.");
                    }
                    if (!TryParse(parse, ref reader, out values[filled])) throw Refused(filled);
                    filled++;
                }
                if (!isFlat && length > 0 && length != shape[depth]) throw Misfit();
            }
        }

        ProtocolException Misfit() => new($"The data of '{name}' isn't nested like its shape, nor flat.");

        ProtocolException Refused(int index) =>
            new($"The element {index} of '{name}' isn't a valid {(isBase64 ? "base64 text" : type.Name)}.");
    }

    // Splits a flat array of numbers at its commas, and leaves other arrays to the reader. With this, the server
    // handles 1.4 × as many images per second.
    private static bool TryReadFlat(ReadOnlySpan<byte> json, float[] values)
    {
        if (json is not [(byte)'[', .. var elements, (byte)']']) return false;
        int filled = 0;
        foreach (var range in elements.Split((byte)','))
        {
            if (filled == values.Length) return false;
            var text = elements[range].TrimStart((byte)' ');
            // Most pixels are 0.
            if (text is [>= (byte)'0' and <= (byte)'9']) values[filled] = text[0] - '0';
            else if (!float.TryParse(text, CultureInfo.InvariantCulture, out values[filled])) return false;
            if (!float.IsFinite(values[filled++])) return false;
        }
        return filled == values.Length;
    }

    /// <summary>Writes the elements of a tensor as a flat array.</summary>
    public static void Write(Utf8JsonWriter json, Tensor tensor)
    {
        json.WriteStartArray();
        var data = tensor.Data.Span;
        switch (tensor.Type.Name)
        {
            case "BYTES":
                foreach (var element in tensor.Elements) json.WriteStringValue(Encoding.UTF8.GetString(element.Span));
                break;
            case "BOOL":
                foreach (byte value in data) json.WriteBooleanValue(value != 0);
                break;
            case "UINT8": WriteIntegers<byte>(); break;
            case "INT8": WriteIntegers<sbyte>(); break;
            case "UINT16": WriteIntegers<ushort>(); break;
            case "INT16": WriteIntegers<short>(); break;
            case "UINT32": WriteIntegers<uint>(); break;
            case "INT32": WriteIntegers<int>(); break;
            case "INT64": WriteIntegers<long>(); break;
            case "UINT64":
                foreach (ulong value in MemoryMarshal.Cast<byte, ulong>(data)) json.WriteNumberValue(value);
                break;
            case "FP16":
                foreach (Half value in MemoryMarshal.Cast<byte, Half>(data)) WriteFloat((float)value);
                break;
            case "BF16":
                foreach (ushort value in MemoryMarshal.Cast<byte, ushort>(data))
                {
                    WriteFloat(BitConverter.UInt32BitsToSingle((uint)value << 16));
                }
                break;
            case "FP32":
                foreach (float value in MemoryMarshal.Cast<byte, float>(data)) WriteFloat(value);
                break;
            default:
                foreach (double value in MemoryMarshal.Cast<byte, double>(data))
                {
                    if (double.IsFinite(value)) json.WriteNumberValue(value);
                    else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
                }
                break;
        }
        json.WriteEndArray();

        void WriteIntegers<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            foreach (T value in MemoryMarshal.Cast<byte, T>(tensor.Data.Span))
            {
                json.WriteNumberValue(long.CreateChecked(value));
            }
        }

        // JSON has no numbers for infinity and NaN.
        void WriteFloat(float value)
        {
            if (float.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static bool TryParse<T>(Parser<T> parse, ref Utf8JsonReader json, out T value)
    {
        try
        {
            return parse(ref json, out value);
        }
        catch (InvalidOperationException)
        {
            // Another kind of value, or a text that isn't valid UTF-8.
            value = default!;
            return false;
        }
    }

    private static bool Bool(ref Utf8JsonReader json, out bool value)
    {
        value = json.TokenType == JsonTokenType.True;
        return value || json.TokenType == JsonTokenType.False;
    }

    private static bool Text(ref Utf8JsonReader json, out ReadOnlyMemory<byte> value)
    {
        bool isText = json.TokenType == JsonTokenType.String;
        value = isText ? Encoding.UTF8.GetBytes(json.GetString()!) : default;
        return isText;
    }

    private static bool Base64(ref Utf8JsonReader json, out ReadOnlyMemory<byte> value)
    {
        byte[]? bytes = null;
        bool isBase64 = json.TokenType == JsonTokenType.String && json.TryGetBytesFromBase64(out bytes);
        value = bytes;
        return isBase64;
    }

    // A number that is too large for the type is refused, not turned into infinity.
    private static bool Fp64(ref Utf8JsonReader json, out double value)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            // Three times as fast as TryGetDouble for short numbers.
            return double.TryParse(json.ValueSpan, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
        double? special = json.TokenType != JsonTokenType.String ? null
            : json.ValueTextEquals("NaN") ? double.NaN
            : json.ValueTextEquals("Infinity") ? double.PositiveInfinity
            : json.ValueTextEquals("-Infinity") ? double.NegativeInfinity
            : null;
        value = special ?? 0;
        return special is not null;
    }

    private static bool Fp32(ref Utf8JsonReader json, out float value)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            return float.TryParse(json.ValueSpan, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
        }
        bool isSpecial = Fp64(ref json, out double special);
        value = (float)special;
        return isSpecial;
    }

    private static bool Fp16(ref Utf8JsonReader json, out Half value)
    {
        bool isNumber = Fp64(ref json, out double number);
        value = (Half)number;
        return isNumber && (Half.IsFinite(value) || !double.IsFinite(number));
    }

    private static bool Bf16(ref Utf8JsonReader json, out ushort value)
    {
        bool isNumber = Fp64(ref json, out double number);
        uint bits = BitConverter.SingleToUInt32Bits((float)number);
        // Rounds to the nearest, and ties to even.
        if (!double.IsNaN(number)) bits += 0x7FFF + (bits >> 16 & 1);
        value = (ushort)(bits >> 16);
        bool isFinite = float.IsFinite(BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000));
        return isNumber && (isFinite || !double.IsFinite(number));
    }
}
