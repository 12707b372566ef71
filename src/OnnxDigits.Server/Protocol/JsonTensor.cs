using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Server.Protocol;

/// <summary>Converts the elements of tensors from and to JSON.</summary>
internal static class JsonTensor
{
    /// <summary>Reads a flat or nested array of elements.</summary>
    /// <param name="name">The name of the model's input.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="count">The number of elements of the shape.</param>
    /// <param name="data">The array.</param>
    /// <param name="isBase64">Indicates whether elements of <see cref="DataType.Bytes"/> are in base64.</param>
    /// <exception cref="ProtocolException">The array doesn't fit the shape or the type.</exception>
    public static Tensor Read(string name, DataType type, long[] shape, int count, JsonElement data, bool isBase64)
    {
        if (data.ValueKind != JsonValueKind.Array) throw new ProtocolException($"The data of '{name}' is no array.");
        var elements = new List<JsonElement>(Math.Min(count, data.GetArrayLength()));
        Flatten(data, depth: 0);
        if (elements.Count != count)
        {
            throw new ProtocolException($"The data of '{name}' has {elements.Count} elements, but its shape {count}.");
        }
        if (type == DataType.Bytes)
        {
            var texts = new ReadOnlyMemory<byte>[count];
            for (int i = 0; i < count; i++) texts[i] = ReadText(elements[i], isBase64) ?? throw Refused(i);
            return new(name, shape, texts);
        }
        byte[] bytes = new byte[count * type.Size];
        int at = 0;
        for (; at < count && TryReadNumber(elements[at], type, bytes.AsSpan(at * type.Size)); at++) ;
        return at == count ? new(name, type, shape, bytes) : throw Refused(at);

        void Flatten(JsonElement array, int depth)
        {
            bool isFlat = depth == 0;
            bool isLast = depth == shape.Length - 1;
            foreach (var element in array.EnumerateArray())
            {
                bool isArray = element.ValueKind == JsonValueKind.Array;
                if (isArray && (isLast || depth >= shape.Length || element.GetArrayLength() != shape[depth + 1])
                    || !isArray && !isLast && !isFlat
                    || elements.Count > count)
                {
                    throw new ProtocolException($"The data of '{name}' isn't nested like its shape, nor flat.");
                }
                if (isArray)
                {
                    if (isFlat && elements.Count == 0 && array.GetArrayLength() != shape[0])
                    {
                        throw new ProtocolException($"The data of '{name}' isn't nested like its shape, nor flat.");
                    }
                    Flatten(element, depth + 1);
                }
                else
                {
                    elements.Add(element);
                }
            }
        }

        ProtocolException Refused(int index) =>
            new($"The element {index} of '{name}' is no {(isBase64 ? "base64 text" : type.Name)}.");
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
            case "UINT8":
                foreach (byte value in data) json.WriteNumberValue(value);
                break;
            case "INT8":
                foreach (sbyte value in MemoryMarshal.Cast<byte, sbyte>(data)) json.WriteNumberValue(value);
                break;
            case "UINT16":
                foreach (ushort value in MemoryMarshal.Cast<byte, ushort>(data)) json.WriteNumberValue(value);
                break;
            case "INT16":
                foreach (short value in MemoryMarshal.Cast<byte, short>(data)) json.WriteNumberValue(value);
                break;
            case "UINT32":
                foreach (uint value in MemoryMarshal.Cast<byte, uint>(data)) json.WriteNumberValue(value);
                break;
            case "INT32":
                foreach (int value in MemoryMarshal.Cast<byte, int>(data)) json.WriteNumberValue(value);
                break;
            case "UINT64":
                foreach (ulong value in MemoryMarshal.Cast<byte, ulong>(data)) json.WriteNumberValue(value);
                break;
            case "INT64":
                foreach (long value in MemoryMarshal.Cast<byte, long>(data)) json.WriteNumberValue(value);
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

        // JSON has no numbers for infinity and NaN.
        void WriteFloat(float value)
        {
            if (float.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static ReadOnlyMemory<byte>? ReadText(JsonElement element, bool isBase64)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        if (isBase64) return element.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : null;
        return Encoding.UTF8.GetBytes(element.GetString()!);
    }

    private static bool TryReadNumber(JsonElement element, DataType type, Span<byte> target)
    {
        if (type == DataType.Bool)
        {
            target[0] = (byte)(element.ValueKind == JsonValueKind.True ? 1 : 0);
            return element.ValueKind is JsonValueKind.True or JsonValueKind.False;
        }
        if (type == DataType.Fp32 || type == DataType.Fp64 || type == DataType.Fp16 || type == DataType.Bf16)
        {
            return TryReadFloat(element, type, target);
        }
        if (element.ValueKind != JsonValueKind.Number) return false;
        switch (type.Name)
        {
            case "UINT8": return element.TryGetByte(out target[0]);
            case "INT8": return element.TryGetSByte(out sbyte i8) && Put(target, i8);
            case "UINT16": return element.TryGetUInt16(out ushort u16) && Put(target, u16);
            case "INT16": return element.TryGetInt16(out short i16) && Put(target, i16);
            case "UINT32": return element.TryGetUInt32(out uint u32) && Put(target, u32);
            case "INT32": return element.TryGetInt32(out int i32) && Put(target, i32);
            case "UINT64": return element.TryGetUInt64(out ulong u64) && Put(target, u64);
            default: return element.TryGetInt64(out long i64) && Put(target, i64);
        }
    }

    // A number that is too large for the type is refused, not turned into infinity.
    private static bool TryReadFloat(JsonElement element, DataType type, Span<byte> target)
    {
        double value;
        bool isNumber = element.ValueKind == JsonValueKind.Number;
        if (isNumber && type == DataType.Fp32)
        {
            return element.TryGetSingle(out float single) && float.IsFinite(single) && Put(target, single);
        }
        if (isNumber)
        {
            if (!element.TryGetDouble(out value)) return false;
        }
        else if (element.ValueKind != JsonValueKind.String || NonFinite(element.GetString()!) is not { } special)
        {
            return false;
        }
        else
        {
            value = special;
        }
        switch (type.Name)
        {
            case "FP16":
                return (!isNumber || Half.IsFinite((Half)value)) && Put(target, (Half)value);
            case "BF16":
                uint bits = BitConverter.SingleToUInt32Bits((float)value);
                // Rounds to the nearest, and ties to even.
                if (!double.IsNaN(value)) bits += 0x7FFF + (bits >> 16 & 1);
                float rounded = BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000);
                return (!isNumber || float.IsFinite(rounded)) && Put(target, (ushort)(bits >> 16));
            case "FP32":
                return Put(target, (float)value);
            default:
                return (!isNumber || double.IsFinite(value)) && Put(target, value);
        }
    }

    private static double? NonFinite(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    private static bool Put<T>(Span<byte> target, T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(target, value);
        return true;
    }
}
