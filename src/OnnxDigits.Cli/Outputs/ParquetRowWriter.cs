using Parquet;
using Parquet.Schema;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as Apache Parquet, in row groups of limited size.</summary>
/// <param name="stream">The destination.</param>
/// <param name="columns">The columns.</param>
/// <param name="shards">The number of files that are merged later.</param>
internal sealed class ParquetRowWriter(Stream stream, IReadOnlyList<Column> columns, int shards = 1) : IRowWriter
{
    private const int MaxRowsPerGroup = 16_384, MinRowsPerGroup = 256, MaxRowsInMerge = 16 * MaxRowsPerGroup;

    private readonly DataField[] _fields = [.. columns.Select(Field)];
    private readonly List<ResultRow> _rows = [];

    // A merge has a row group of each shard in memory.
    private readonly int _rowsPerGroup = Math.Clamp(MaxRowsInMerge / shards, MinRowsPerGroup, MaxRowsPerGroup);

    private ParquetWriter? _writer;

    public void Write(ResultRow row)
    {
        // The images aren't columns, so their memory is released.
        _rows.Add(row with { Image = default, Annotated = null });
        if (_rows.Count == _rowsPerGroup) FlushAsync().GetAwaiter().GetResult();
    }

    public void Complete() => CompleteAsync().GetAwaiter().GetResult();

    private async Task CompleteAsync()
    {
        await FlushAsync();
        await _writer!.DisposeAsync();
    }

    private async Task FlushAsync()
    {
        _writer ??= await ParquetWriter.CreateAsync(new ParquetSchema(_fields), stream);
        if (_rows.Count == 0) return;
        using (var group = _writer.CreateRowGroup())
        {
            foreach (var (field, column) in _fields.Zip(columns))
            {
                await WriteAsync(group, field, column);
            }
        }
        _rows.Clear();
    }

    private Task WriteAsync(ParquetRowGroupWriter group, DataField field, Column column) => column.Type switch
    {
        var type when type == typeof(int?) => group.WriteAsync<int>(field, Values<int>(column)),
        var type when type == typeof(float?) => group.WriteAsync<float>(field, Values<float>(column)),
        var type when type == typeof(bool?) => group.WriteAsync<bool>(field, Values<bool>(column)),
        _ => group.WriteAsync(field, [.. _rows.Select(row => column.Value(row)?.ToString()!)]),
    };

    private ReadOnlyMemory<T?> Values<T>(Column column) where T : struct =>
        _rows.Select(row => (T?)column.Value(row)).ToArray();

    private static DataField Field(Column column) => column.Type switch
    {
        var type when type == typeof(int?) => new DataField<int?>(column.Name),
        var type when type == typeof(float?) => new DataField<float?>(column.Name),
        var type when type == typeof(bool?) => new DataField<bool?>(column.Name),
        _ => new DataField<string>(column.Name, nullable: column.Name is "error" or "reason" or "box"),
    };
}
