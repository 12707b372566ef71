using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads rows of Apache Parquet, one row group after another.</summary>
internal sealed class ParquetShardReader : ShardReader
{
    private readonly FileStream _file;
    private readonly ParquetReader _reader;
    private readonly Dictionary<string, Array> _columns = new(StringComparer.Ordinal);
    private int _group, _row, _rows;

    public ParquetShardReader(string rows, ShardManifest manifest) : base(rows, manifest)
    {
        // The reader starts with the footer, so the digest needs a separate pass.
        if (ShardFile.Sha256Of(rows) != Sha256) throw Changed();
        _file = File.OpenRead(rows);
        _reader = ParquetReader.CreateAsync(_file).GetAwaiter().GetResult();
    }

    public override ResultRow Row => StoredRow.Parse(name =>
        _columns.TryGetValue(name, out var values)
            ? Convert.ToString(values.GetValue(_row), CultureInfo.InvariantCulture)
            : null);

    public override bool Read()
    {
        _row++;
        while (_row >= _rows)
        {
            if (_group == _reader.RowGroupCount) return false;
            ReadGroupAsync(_group++).GetAwaiter().GetResult();
            _row = 0;
        }
        Path = Encoding.UTF8.GetBytes(((string?[])_columns["path"])[_row]!);
        return true;
    }

    public override void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
    }

    private async Task ReadGroupAsync(int index)
    {
        using var group = _reader.OpenRowGroupReader(index);
        _rows = (int)group.RowCount;
        foreach (var field in _reader.Schema.DataFields) _columns[field.Name] = await ReadAsync(group, field, _rows);
    }

    private static async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, int count)
    {
        if (field.ClrType == typeof(int)) return await ReadAsync<int>(group, field, count);
        if (field.ClrType == typeof(float)) return await ReadAsync<float>(group, field, count);
        if (field.ClrType == typeof(bool)) return await ReadAsync<bool>(group, field, count);
        string?[] texts = new string?[count];
        await group.ReadAsync(field, texts.AsMemory());
        return texts;
    }

    private static async Task<Array> ReadAsync<T>(ParquetRowGroupReader group, DataField field, int count)
        where T : struct
    {
        var values = new T?[count];
        await group.ReadAsync<T>(field, values.AsMemory());
        return values;
    }
}
