using System.Globalization;
using System.Net;
using System.Text;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>The report as one HTML page that needs no other file.</summary>
internal static class ReportPage
{
    private const string Style = """
        body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; background: #fff }
        table { border-collapse: collapse; margin: 1rem 0 }
        th, td { border: 1px solid #ccc; padding: .25rem .6rem; text-align: right }
        th:first-child, td:first-child { text-align: left }
        td.path { overflow-wrap: anywhere }
        img { width: 56px; height: 56px; image-rendering: pixelated; vertical-align: middle }
        svg { max-width: 100%; height: auto }
        """;

    public static string Write(RunSummary summary, ModelInfo model, Mistakes mistakes)
    {
        var html = new StringBuilder(
            $"<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>infer: {summary.Total} images</title>\n"
            + $"<style>\n{Style}\n</style>\n<h1>{summary.Total} images read by {Text(model.Name)}</h1>\n");
        html.Append(CultureInfo.InvariantCulture,
            $"<p>Network {Text(model.Network)}, trained on {Text(model.DataSet)}, run on {Text(model.Device)} ({Text(model.Provider)}).</p>\n");
        Table(html, ["status", "images"], summary.Statuses.Select(status => new[] { status, $"{summary.Count(status)}" }));
        Table(html, ["digit", .. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            [["images", .. summary.Digits.Select(count => $"{count}")]]);
        if (summary.IsLabelled)
            WriteJudgement(html, summary, mistakes);
        else
            html.Append("<p>Not every image lies in a folder named 0 to 9, so there is no accuracy and no mistake to show.</p>\n");
        return html.Append("</html>\n").ToString();
    }

    private static void WriteJudgement(StringBuilder html, RunSummary summary, Mistakes mistakes)
    {
        html.Append(CultureInfo.InvariantCulture,
            $"<h2>Accuracy {summary.Accuracy:0.0000} ({summary.Confusion.Correct} of {summary.Total})</h2>\n");
        html.Append(ConfusionPicture.Draw(summary.Confusion));
        Table(html, ["", .. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            [["precision, %", .. PerCent(summary.Confusion.Precision)], ["recall, %", .. PerCent(summary.Confusion.Recall)]]);
        var kept = mistakes.Kept();
        html.Append(CultureInfo.InvariantCulture, $"<h2>{mistakes.Count} read as another digit</h2>\n");
        if (kept.Count < mistakes.Count)
            html.Append(CultureInfo.InvariantCulture, $"<p>The {kept.Count} most confident ones:</p>\n");
        if (kept.Count == 0)
            return;
        html.Append("<table>\n<tr><th>what the network saw<th>label<th>read as<th>confidence<th>file\n");
        foreach (var mistake in kept)
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td><img alt=\"\" src=\"{DigitPng.ToDataUri(mistake.Image)}\"><td>{mistake.Label}<td>{mistake.Digit}"
                + $"<td>{100 * mistake.Confidence:0.0} %<td class=\"path\">{Text(mistake.Path)}\n");
        html.Append("</table>\n");
    }

    private static void Table(StringBuilder html, string[] head, IEnumerable<string[]> rows)
    {
        html.Append($"<table>\n<tr>{string.Concat(head.Select(cell => $"<th>{cell}"))}\n");
        foreach (string[] row in rows)
            html.Append($"<tr>{string.Concat(row.Select(cell => $"<td>{cell}"))}\n");
        html.Append("</table>\n");
    }

    private static IEnumerable<string> PerCent(Func<int, double> measure) => Enumerable.Range(0, 10).Select(measure)
        .Select(value => double.IsNaN(value) ? "–" : (100 * value).ToString("0.0", CultureInfo.InvariantCulture));

    private static string Text(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)));
}
