using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Shared;

/// <summary>
/// Fills HTML templates: <c>{{name}}</c> is replaced by a value, and <c>{{#name}}…{{/name}}</c> is repeated for each
/// object of an array.
/// </summary>
internal static partial class HtmlTemplate
{
    /// <summary>Returns a template that is embedded in the program.</summary>
    public static string Load(string name)
    {
        using var reader = new StreamReader(typeof(HtmlTemplate).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    public static string Fill(string template, JsonObject values) => Placeholder().Replace(template, match =>
    {
        string name = match.Groups["name"].Value, body = match.Groups["body"].Value;
        return match.Groups["body"].Success
            ? string.Concat(values[name]!.AsArray().Select(item => Fill(body, item!.AsObject())))
            : Encode(values[name]!.ToString());
    });

    // Control characters aren't allowed in HTML, but they are in file names.
    private static string Encode(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)));

    [GeneratedRegex(@"{{#(?<name>\w+)}}(?<body>.*?){{/\k<name>}}|{{(?<name>\w+)}}", RegexOptions.Singleline)]
    private static partial Regex Placeholder();
}
