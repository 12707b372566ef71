using System.Diagnostics;
using OnnxDigits.Inference;
using OnnxDigits.Server.Models;
using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Telemetry;

/// <summary>Measures requests, logs failed requests, and turns errors into <see cref="ProtocolException"/>.</summary>
internal sealed partial class RequestLog(ServerMetrics metrics, ServerState state, ILogger<RequestLog> logger)
{
    /// <summary>Runs a request.</summary>
    /// <param name="protocol">The name of the protocol in metrics.</param>
    /// <param name="find">Returns the model.</param>
    /// <param name="run">Runs the model.</param>
    /// <exception cref="ProtocolException">The request failed.</exception>
    /// <exception cref="OperationCanceledException">The caller disconnected.</exception>
    public async Task<T> RunAsync<T>(string protocol, Func<ServedModel> find, Func<ServedModel, Task<T>> run)
    {
        long start = Stopwatch.GetTimestamp();
        // Unknown model names don't go to the metrics and the log.
        string name = "";
        int status = StatusCodes.Status200OK;
        try
        {
            using var running = state.Enter();
            var model = find();
            name = model.Name;
            return await run(model).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The caller disconnected, or the request reached its time limit.
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        catch (Exception e)
        {
            var failure = ToProtocol(e);
            status = failure.Status;
            bool isFault = status == StatusCodes.Status500InternalServerError && e is not ProtocolException;
            if (isFault) LogFault(name, protocol, status, e);
            else LogRefusal(name, protocol, status, failure.Message);
            if (ReferenceEquals(failure, e)) throw;
            throw failure;
        }
        finally
        {
            metrics.Requests.Record(
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                new("model", name), new("protocol", protocol), new("status", status));
        }
    }

    /// <summary>Logs a request that reached its time limit.</summary>
    public void LogTimeout(string reason) => LogRefusal("", "http", StatusCodes.Status504GatewayTimeout, reason);

    private static ProtocolException ToProtocol(Exception e) => e switch
    {
        ProtocolException refusal => refusal,
        BadHttpRequestException bad => new(BodyFault(bad.StatusCode), bad.StatusCode),
        InvalidDataException or IOException => new("The body is damaged, or exceeds a limit of this server."),
        TimeoutException => new(e.Message, StatusCodes.Status504GatewayTimeout),
        DigitDeviceException => new("The device failed.", StatusCodes.Status500InternalServerError),
        _ => new("The server failed. Its log has the reason.", StatusCodes.Status500InternalServerError),
    };

    private static string BodyFault(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is larger than this server accepts.",
        StatusCodes.Status408RequestTimeout => "The body arrived too slowly.",
        _ => "The body is incomplete.",
    };

    [LoggerMessage(LogLevel.Warning, "{Protocol} request for model '{Model}' failed with {Status}: {Reason}")]
    private partial void LogRefusal(string model, string protocol, int status, string reason);

    [LoggerMessage(LogLevel.Error, "{Protocol} request for model '{Model}' failed with {Status}")]
    private partial void LogFault(string model, string protocol, int status, Exception e);
}
