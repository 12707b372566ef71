using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes the report of a run: <c>index.html</c>, <c>summary.json</c> and <c>confusion.csv</c>.</summary>
internal sealed class ReportWriter(OutputFolder folder, RunSummary summary, ModelInfo model) : IRowWriter
{
    private readonly Mistakes _mistakes = new();

    public void Write(ResultRow row) => _mistakes.Add(row);

    public void Complete()
    {
        if (summary.IsLabeled) Write("confusion.csv", summary.Confusion.ToCsv());
        Write("summary.json", Facts.ToText(summary.ToJson(model)));
        // Written last, so that the other files exist when the page does.
        Write("index.html", HtmlTemplate.Fill(HtmlTemplate.Load("report.html"), Page()));
    }

    private void Write(string name, string text) =>
        folder.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private JsonObject Page() => new()
    {
        ["images"] = summary.Total,
        ["model"] = model.Name,
        ["network"] = model.Network,
        ["dataset"] = model.DataSet,
        ["device"] = model.Device,
        ["provider"] = model.Provider,
        ["statuses"] = Sections(summary.Statuses, status => new()
        {
            ["status"] = status.Key,
            ["count"] = status.Value,
        }),
        ["digits"] = Sections(summary.Digits, count => new() { ["count"] = count }),
        ["unlabeled"] = summary.IsLabeled ? new JsonArray() : new JsonArray(new JsonObject()),
        ["labeled"] = summary.IsLabeled ? new JsonArray(Judgment(_mistakes.MostConfident())) : new JsonArray(),
    };

    private JsonObject Judgment(IReadOnlyList<Mistake> mistakes) => new()
    {
        ["accuracy"] = summary.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
        ["correct"] = summary.Confusion.Correct,
        ["total"] = summary.Total,
        ["labels"] = Sections(Enumerable.Range(0, 10), label => new()
        {
            ["label"] = label,
            ["cells"] = Sections(Enumerable.Range(0, 10), digit => Cell(summary.Confusion, label, digit)),
            ["recall"] = Percent(summary.Confusion.Recall(label)),
        }),
        ["precisions"] = Sections(Enumerable.Range(0, 10), digit => new()
        {
            ["precision"] = Percent(summary.Confusion.Precision(digit)),
        }),
        ["mistakes"] = _mistakes.Count,
        ["shown"] = mistakes.Count,
        ["rows"] = Sections(mistakes, mistake => new()
        {
            ["image"] = Convert.ToBase64String(PreprocessedImages.EncodePng(mistake.Image)),
            ["label"] = mistake.Label,
            ["digit"] = mistake.Digit,
            ["confidence"] = Percent(mistake.Confidence),
            ["path"] = mistake.Path,
        }),
    };

    private static JsonObject Cell(ConfusionMatrix confusion, int label, int digit)
    {
        long count = confusion[label, digit], total = Enumerable.Range(0, 10).Sum(other => confusion[label, other]);
        return new()
        {
            ["count"] = count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture),
            ["kind"] = label == digit ? "right" : "wrong",
            // The square root makes a share of 1 % visible.
            ["strength"] = count == 0
                ? "0"
                : Math.Sqrt((double)count / total).ToString("0.00", CultureInfo.InvariantCulture),
        };
    }

    private static JsonArray Sections<T>(IEnumerable<T> items, Func<T, JsonObject> section) =>
        [.. items.Select(section)];

    private static string Percent(double value) =>
        double.IsNaN(value) ? "–" : (100 * value).ToString("0.0", CultureInfo.InvariantCulture);
}
