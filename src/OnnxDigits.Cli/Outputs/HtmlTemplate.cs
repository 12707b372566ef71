using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Outputs;

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
        match.Groups["section"] is { Success: true } section
            ? string.Concat(values[section.Value]!.AsArray().Select(item => Fill(match.Groups["body"].Value, item!.AsObject())))
            : Encode(values[match.Groups["name"].Value]!.ToString()));

    // Control characters aren't allowed in HTML, but they are in file names.
    private static string Encode(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)));

    [GeneratedRegex(@"\{\{#(?<section>\w+)\}\}(?<body>.*?)\{\{/\k<section>\}\}|\{\{(?<name>\w+)\}\}", RegexOptions.Singleline)]
    private static partial Regex Placeholder();
}
