using Microsoft.Net.Http.Headers;

namespace OnnxDigits.Server.Page;

/// <summary>
/// Maps the page at <c>/</c>, on which anyone can draw or send a picture. It calls <c>POST /digits</c>.
/// </summary>
internal static class PageEndpoints
{
    // The page loads nothing from elsewhere, and other sites can't frame it. A picture is shown from memory.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Path, string File, string ContentType)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/page/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    public static void MapPage(this WebApplication app)
    {
        foreach (var (path, file, contentType) in Files)
        {
            byte[] content = Read(file);
            app.MapGet(path, (HttpContext context) =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers[HeaderNames.CacheControl] = "no-cache";
                headers["Referrer-Policy"] = "no-referrer";
                return TypedResults.Bytes(content, contentType);
            }).ExcludeFromDescription();
        }
    }

    private static byte[] Read(string file)
    {
        using var resource = typeof(PageEndpoints).Assembly.GetManifestResourceStream(file)!;
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
