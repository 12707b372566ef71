using System.Text.Json;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads rows as lines of JSON. Their first property is the path.</summary>
internal sealed class JsonLinesShardReader(string rows, ShardManifest manifest) : LineShardReader(rows, manifest)
{
    public override ResultRow Row
    {
        get
        {
            var json = new Utf8JsonReader(Line.Span);
            using var row = JsonDocument.ParseValue(ref json);
            return StoredRow.Parse(
                name => row.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null);
        }
    }

    protected override ReadOnlyMemory<byte> PathOf(ReadOnlyMemory<byte> line)
    {
        var json = new Utf8JsonReader(line.Span);
        while (json.TokenType != JsonTokenType.String) json.Read();
        if (!json.ValueIsEscaped) return line.Slice((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
        byte[] path = new byte[json.ValueSpan.Length];
        return path.AsMemory(0, json.CopyString(path));
    }

    protected override int LengthOfRow(ReadOnlySpan<byte> bytes, int searched) =>
        searched + bytes[searched..].IndexOf((byte)'\n') + 1 is var length && length > searched ? length : 0;
}
