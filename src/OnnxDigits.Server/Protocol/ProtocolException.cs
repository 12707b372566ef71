namespace OnnxDigits.Server.Protocol;

/// <summary>The exception that refuses a request. The message contains no text from the request.</summary>
internal sealed class ProtocolException(string message, int status = StatusCodes.Status400BadRequest)
    : Exception(message)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status { get; } = status;
}
