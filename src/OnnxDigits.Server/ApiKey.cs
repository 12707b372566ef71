using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace OnnxDigits.Server;

/// <summary>Refuses requests without the key. Probes and the page don't need the key.</summary>
internal static class ApiKey
{
    private const string Scheme = "Bearer ";

    private static readonly string[] OpenPaths = ["/", "/v2/health/live", "/v2/health/ready"];

    public static void UseApiKey(this WebApplication app, string? key)
    {
        if (key is null) return;
        // Compares digests, which have a fixed length, so that the time doesn't reveal the length of the key.
        byte[] expected = Digest(key);
        app.Use((context, next) =>
        {
            string given = context.Request.Headers[HeaderNames.Authorization].ToString();
            bool isGiven = given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                && CryptographicOperations.FixedTimeEquals(Digest(given[Scheme.Length..]), expected);
            string path = context.Request.Path.Value ?? "";
            if (isGiven || OpenPaths.Contains(path) || path.StartsWith("/page/", StringComparison.Ordinal)
                || path.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal))
            {
                return next(context);
            }
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ErrorAnswers.WriteAsync(
                context, StatusCodes.Status401Unauthorized, "The request needs the key in Authorization: Bearer KEY.");
        });
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
