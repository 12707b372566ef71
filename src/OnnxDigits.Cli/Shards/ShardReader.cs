using System.Text;
using OnnxDigits.Cli.Outputs;

namespace OnnxDigits.Cli.Shards;

/// <summary>Reads the rows of a shard one after another.</summary>
internal abstract class ShardReader(string rows, ShardManifest manifest) : IDisposable
{
    /// <summary>Gets the path of the rows in the shard.</summary>
    public string Rows => rows;

    /// <summary>Gets the path of the current row in UTF-8.</summary>
    public ReadOnlyMemory<byte> Path { get; protected set; }

    /// <summary>Gets the current row.</summary>
    public abstract ResultRow Row { get; }

    protected string Sha256 => manifest.Sha256;

    public static ShardReader Open(string rows, ShardManifest manifest) => manifest.Run.Format switch
    {
        OutputFormat.Parquet => new ParquetShardReader(rows, manifest),
        OutputFormat.Csv => new CsvShardReader(rows, manifest),
        _ => new JsonLinesShardReader(rows, manifest),
    };

    /// <summary>Reads the next row.</summary>
    /// <returns><c>false</c> after the last row.</returns>
    /// <exception cref="CommandException">The rows differ from the manifest.</exception>
    public abstract bool Read();

    public abstract void Dispose();

    /// <summary>Returns the error about rows that changed after their manifest was written.</summary>
    protected CommandException Changed() => ShardSet.Error(
        $"'{rows}' is not the file that its manifest describes. Run shard {ShardSet.NameOf(manifest)} again.");

    public override string ToString() => Encoding.UTF8.GetString(Path.Span);
}
