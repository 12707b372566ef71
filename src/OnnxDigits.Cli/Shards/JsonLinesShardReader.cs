using System.Text.Json;
using Shared;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads rows as lines of JSON. Their first property is the path.</summary>
internal sealed class JsonLinesShardReader(string rows, ShardManifest manifest) : LineShardReader(rows, manifest)
{
    private byte[] _path = new byte[256];

    public override ReadOnlySpan<byte> Path
    {
        get
        {
            var json = new Utf8JsonReader(Line);
            while (json.TokenType != JsonTokenType.String) json.Read();
            if (!json.ValueIsEscaped) return json.ValueSpan;
            if (_path.Length < json.ValueSpan.Length) _path = new byte[json.ValueSpan.Length];
            return _path.AsSpan(0, json.CopyString(_path));
        }
    }

    public override ResultRow Row
    {
        get
        {
            var json = new Utf8JsonReader(Line);
            using var row = JsonDocument.ParseValue(ref json);
            return StoredRow.Parse(
                name => row.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null);
        }
    }

    protected override int LengthOfRow(ReadOnlySpan<byte> bytes, int searched) =>
        searched + bytes[searched..].IndexOf((byte)'\n') + 1 is var length && length > searched ? length : 0;
}
