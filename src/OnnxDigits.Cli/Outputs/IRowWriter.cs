namespace OnnxDigits.Cli.Outputs;

/// <summary>Receives the rows of a run in their order.</summary>
internal interface IRowWriter
{
    void Write(ResultRow row);

    /// <summary>Finishes the output after the last row. Not called if the run fails.</summary>
    void Complete()
    {
    }
}
