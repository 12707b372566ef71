namespace OnnxDigits.Cli.Outputs;

/// <summary>Something that is made of the rows. They come in order, one per input.</summary>
internal interface IRowWriter
{
    void Write(ResultRow row);

    /// <summary>All rows were written.</summary>
    void Complete()
    {
    }
}
