using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server;

/// <summary>Turns exceptions and empty error responses into <c>{"error": …}</c>.</summary>
internal static class ErrorAnswers
{
    public static void UseErrorAnswers(this WebApplication app)
    {
        app.UseStatusCodePages(pages => WriteAsync(
            pages.HttpContext, pages.HttpContext.Response.StatusCode, pages.HttpContext.Response.StatusCode switch
            {
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
                await WriteAsync(context, e.Status, e.Message);
            }
            catch (BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                await WriteAsync(context, e.StatusCode, "The request is invalid.");
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client has disconnected.
                context.Abort();
            }
        });
    }

    public static Task WriteAsync(HttpContext context, int status, string error)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = "1";
        return context.Response.WriteAsJsonAsync(new ErrorAnswer(error), ProtocolJson.Default.ErrorAnswer);
    }
}
