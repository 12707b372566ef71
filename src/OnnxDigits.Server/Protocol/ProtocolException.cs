namespace OnnxDigits.Server.Protocol;

/// <summary>The exception that refuses a request. The message never contains parts of the request.</summary>
internal sealed class ProtocolException(string message, int status = StatusCodes.Status400BadRequest)
    : Exception(message)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status { get; } = status;
}
