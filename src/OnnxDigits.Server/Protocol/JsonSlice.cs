using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxDigits.Server.Protocol;

/// <summary>Represents the position of a JSON value in the bytes of a request. The value is parsed later.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct JsonSlice(int Start, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    internal sealed class Converter : JsonConverter<JsonSlice>
    {
        public override JsonSlice Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            return new(start, (int)reader.BytesConsumed - start);
        }

        public override void Write(Utf8JsonWriter writer, JsonSlice value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}
