namespace OnnxDigits.Cli.Outputs;

/// <summary>Results cannot be written; the message says where.</summary>
internal sealed class OutputException(string message, Exception? innerException = null)
    : Exception(message, innerException);
