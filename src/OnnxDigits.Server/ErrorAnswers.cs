using System.Text.Json;
using OnnxDigits.Server.Protocol;
using Shared;

namespace OnnxDigits.Server;

/// <summary>Turns exceptions and empty error responses into <c>{"error": …}</c>.</summary>
internal static class ErrorAnswers
{
    // The default encoder would escape apostrophes, which people then read in a terminal.
    private static readonly ProtocolJson Json =
        new(new JsonSerializerOptions(ProtocolJson.Default.Options) { Encoder = JsonRow.Options.Encoder });

    public static void UseErrorAnswers(this WebApplication app)
    {
        app.UseStatusCodePages(pages => WriteAsync(
            pages.HttpContext, pages.HttpContext.Response.StatusCode, pages.HttpContext.Response.StatusCode switch
            {
                StatusCodes.Status400BadRequest => "A parameter of the query is invalid. See /openapi/v1.json.",
                StatusCodes.Status404NotFound => "There is no such path. See /openapi/v1.json.",
                StatusCodes.Status405MethodNotAllowed => "The path doesn't support this method. See /openapi/v1.json.",
                StatusCodes.Status415UnsupportedMediaType => "The content type or encoding isn't supported.",
                _ => "The request is invalid.",
            }));
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (ProtocolException e) when (!context.Response.HasStarted)
            {
                context.Response.Clear();
                await WriteAsync(context, e.Status, e.Message);
            }
            catch (BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                context.Response.Clear();
                await WriteAsync(context, e.StatusCode, "The request is invalid.");
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client has disconnected.
                context.Abort();
            }
        });
    }

    /// <summary>Writes an error. Headers such as <c>Allow</c> and <c>WWW-Authenticate</c> stay.</summary>
    public static Task WriteAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = "1";
        return context.Response.WriteAsJsonAsync(new ErrorAnswer(error), Json.ErrorAnswer);
    }
}
