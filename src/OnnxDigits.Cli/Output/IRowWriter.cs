namespace OnnxDigits.Cli.Output;

/// <summary>Something that is made of the rows. They come in order, one per input.</summary>
internal interface IRowWriter
{
    ValueTask WriteAsync(ResultRow row);

    /// <summary>All rows were written.</summary>
    ValueTask CompleteAsync() => ValueTask.CompletedTask;
}
