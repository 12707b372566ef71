namespace OnnxDigits.Cli.Output;

/// <summary>One of the formats of results. Rows come in order, one per input.</summary>
internal interface IRowWriter
{
    void Write(ResultRow row);
}
