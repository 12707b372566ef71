using Parquet;
using Parquet.Schema;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as Apache Parquet, in row groups of limited size.</summary>
internal sealed class ParquetRowWriter(Stream stream, int top) : IRowWriter
{
    private const int RowsPerGroup = 16_384;

    private static readonly DataField Path = new DataField<string>("path", nullable: false);
    private static readonly DataField Label = new DataField<int?>("label");
    private static readonly DataField Digit = new DataField<int?>("digit");
    private static readonly DataField Confidence = new DataField<float?>("confidence");
    private static readonly DataField[] Scores = [.. ResultRow.ScoreColumns.Select(name => new DataField<float?>(name))];
    private static readonly DataField Status = new DataField<string>("status", nullable: false);
    private static readonly DataField Error = new DataField<string>("error", nullable: true);
    private static readonly DataField Width = new DataField<int?>("width");
    private static readonly DataField Height = new DataField<int?>("height");
    private static readonly DataField Inverted = new DataField<bool?>("inverted");
    private static readonly DataField Model = new DataField<string>("model", nullable: false);
    private static readonly DataField Top = new DataField<string>("top", nullable: false);

    private readonly List<ResultRow> _rows = new(RowsPerGroup);
    private ParquetWriter? _writer;

    public void Write(ResultRow row)
    {
        // The image isn't a column.
        _rows.Add(row with { Image = default });
        if (_rows.Count == RowsPerGroup)
            FlushAsync().GetAwaiter().GetResult();
    }

    public void Complete() => CompleteAsync().GetAwaiter().GetResult();

    private async Task CompleteAsync()
    {
        await FlushAsync();
        await _writer!.DisposeAsync();
    }

    private async Task FlushAsync()
    {
        _writer ??= await ParquetWriter.CreateAsync(Schema(), stream);
        if (_rows.Count == 0)
            return;
        using (var group = _writer.CreateRowGroup())
        {
            await group.WriteAsync(Path, Texts(row => row.Path));
            await group.WriteAsync<int>(Label, Values(row => row.Label));
            await group.WriteAsync<int>(Digit, Values(row => row.Digit));
            await group.WriteAsync<float>(Confidence, Values(row => row.Prediction?.Confidence));
            foreach (var (digit, field) in Scores.Index())
                await group.WriteAsync<float>(field, Values(row => row.Score(digit)));
            await group.WriteAsync(Status, Texts(row => row.Status));
            await group.WriteAsync(Error, Texts(row => row.Error!));
            await group.WriteAsync<int>(Width, Values(row => row.Width));
            await group.WriteAsync<int>(Height, Values(row => row.Height));
            await group.WriteAsync<bool>(Inverted, Values(row => row.Inverted));
            await group.WriteAsync(Model, Texts(row => row.Model));
            if (top > 0)
                await group.WriteAsync(Top, Texts(row => row.BestAsText(top)));
        }
        _rows.Clear();
    }

    private ParquetSchema Schema() => new((Field[])
    [
        Path, Label, Digit, Confidence, .. Scores, Status, Error, Width, Height, Inverted, Model,
        .. top > 0 ? (Field[])[Top] : [],
    ]);

    private string[] Texts(Func<ResultRow, string> field) => [.. _rows.Select(field)];

    private ReadOnlyMemory<T?> Values<T>(Func<ResultRow, T?> field) where T : struct => _rows.Select(field).ToArray();
}
