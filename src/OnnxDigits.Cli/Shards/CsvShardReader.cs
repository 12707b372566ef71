using System.Text;
using nietras.SeparatedValues;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads rows of comma-separated values. Paths with commas, quotes or line breaks are in quotes.</summary>
internal sealed class CsvShardReader(string rows, ShardManifest manifest) : LineShardReader(rows, manifest)
{
    /// <summary>Gets the line with the names of the columns, or an empty array if there are no rows.</summary>
    public byte[] Header { get; private set; } = [];

    public override ResultRow Row
    {
        get
        {
            using var reader = Sep.New(',').Reader(options => options with { Unescape = true })
                .FromText(Encoding.UTF8.GetString([.. Header, .. Line.Span]));
            reader.MoveNext();
            var row = reader.Current;
            string[] names = [.. reader.Header.ColNames];
            string[] values = row[names].ToStringsArray();
            return StoredRow.Parse(name => Array.IndexOf(names, name) is >= 0 and var column ? values[column] : null);
        }
    }

    public override bool Read()
    {
        if (Header is [] && base.Read()) Header = Line.ToArray();
        return base.Read();
    }

    protected override int LengthOfRow(ReadOnlySpan<byte> bytes, int searched)
    {
        int length = 0;
        // A line break within quotes is a part of the path, and then the number of quotes before it is odd.
        do
        {
            int end = bytes[length..].IndexOf((byte)'\n');
            if (end < 0) return 0;
            length += end + 1;
        }
        while (bytes[..length].Count((byte)'"') % 2 == 1);
        return length;
    }

    protected override ReadOnlyMemory<byte> PathOf(ReadOnlyMemory<byte> line) => line.Span[0] == '"'
        ? Unquote(line.Span[1..])
        : line[..line.Span.IndexOf((byte)',')];

    private static ReadOnlyMemory<byte> Unquote(ReadOnlySpan<byte> quoted)
    {
        byte[] path = new byte[quoted.Length];
        int length = 0;
        for (int i = 0; quoted[i] != '"' || quoted[++i] == '"'; i++) path[length++] = quoted[i];
        return path.AsMemory(0, length);
    }
}
