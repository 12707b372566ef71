using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes the report of a run: <c>index.html</c>, <c>summary.json</c> and <c>confusion.csv</c>.</summary>
/// <param name="folder">The folder.</param>
/// <param name="summary">The counts of all rows.</param>
/// <param name="model">The model of the run.</param>
/// <param name="load">Returns the image of a row as the network sees it, which may be empty.</param>
internal sealed class ReportWriter(
    OutputFolder folder, RunSummary summary, ModelInfo model, Func<ResultRow, ReadOnlyMemory<byte>> load) : IRowWriter
{
    /// <summary>The name of the page.</summary>
    public const string Page = "index.html";

    private const string SummaryFile = "summary.json";
    private const string ConfusionFile = "confusion.csv";

    /// <summary>Gets the names of all files.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [Page, SummaryFile, ConfusionFile];

    private readonly IReadOnlyList<NotableRows> _notable = NotableRows.All();

    public void Write(ResultRow row) => _ = _notable.Any(kind => kind.TryAdd(row));

    public void Complete()
    {
        if (summary.IsLabeled) Write(ConfusionFile, summary.Confusion.ToCsv());
        else folder.Delete(ConfusionFile);
        Write(SummaryFile, Facts.ToText(summary.ToJson(model)));
        // Written last, so that the other files exist when the page does.
        Write(Page, HtmlTemplate.Fill(HtmlTemplate.Load("report.html"), Values()));
    }

    private void Write(string name, string text) =>
        folder.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private JsonObject Values() => new()
    {
        ["images"] = summary.Total,
        ["model"] = model.Name,
        ["network"] = model.Network,
        ["trained_on"] = model.DataSet,
        ["device"] = model.Device,
        ["provider"] = model.Provider,
        ["statuses"] = Sections(summary.Statuses, status => new()
        {
            ["status"] = status.Key,
            ["count"] = status.Value,
        }),
        ["digits"] = Sections(summary.Digits, count => new() { ["count"] = count }),
        ["unlabeled"] = summary.IsLabeled ? new JsonArray() : new JsonArray(new JsonObject()),
        ["labeled"] = summary.IsLabeled ? new JsonArray(Judgment()) : new JsonArray(),
        ["notable"] = Sections(_notable.Where(kind => kind.Count > 0), Notable),
        ["schema"] = Column.Schema,
    };

    private JsonObject Judgment() => new()
    {
        ["accuracy"] = summary.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
        ["correct"] = summary.Confusion.Correct,
        ["total"] = summary.Total,
        ["labels"] = Sections(Enumerable.Range(0, 10), label => new()
        {
            ["label"] = label,
            ["cells"] = Sections(Enumerable.Range(0, 10), digit => Cell(summary.Confusion, label, digit)),
            ["blank"] = Count(summary.Confusion.Blank(label)),
            ["error"] = Count(summary.Confusion.Error(label)),
            ["recall"] = Percent(summary.Confusion.Recall(label)),
        }),
        ["precisions"] = Sections(Enumerable.Range(0, 10), digit => new()
        {
            ["precision"] = Percent(summary.Confusion.Precision(digit)),
        }),
    };

    private JsonObject Notable(NotableRows kind)
    {
        var rows = kind.Rows();
        return new()
        {
            ["title"] = kind.Title,
            ["count"] = kind.Count,
            ["shown"] = rows.Count,
            ["order"] = kind.Order,
            ["rows"] = Sections(rows, row => new()
            {
                ["images"] = Optional("image", Image(row)),
                ["label"] = $"{row.Label}",
                ["digit"] = $"{row.Digit}",
                ["confidence"] = row.Digit is null ? "" : Percent(row.Prediction!.Value.Confidence),
                ["links"] = Optional("link", Link(row.Path)),
                ["path"] = row.Path,
                ["reason"] = row.Error ?? "",
            }),
        };
    }

    private string? Image(ResultRow row) => load(row) is { IsEmpty: false } image
        ? Convert.ToBase64String(NumberedImages.EncodePng(image.Span))
        : null;

    /// <summary>Returns the address of a file relative to the report, or <c>null</c> for standard input.</summary>
    private string? Link(string path)
    {
        if (path == InputFile.StandardInput) return null;
        string relative = Path.GetRelativePath(folder.Path, Path.GetFullPath(path));
        return Path.IsPathRooted(relative)
            ? new Uri(relative).AbsoluteUri
            : string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }

    private static JsonArray Optional(string name, string? value) =>
        value is null ? [] : new JsonArray(new JsonObject { [name] = value });

    private static JsonObject Cell(ConfusionMatrix confusion, int label, int digit)
    {
        long count = confusion[label, digit], total = Enumerable.Range(0, 10).Sum(other => confusion[label, other]);
        return new()
        {
            ["count"] = Count(count),
            ["kind"] = label == digit ? "right" : "wrong",
            // The square root makes a share of 1 % visible.
            ["strength"] = count == 0
                ? "0"
                : Math.Sqrt((double)count / total).ToString("0.00", CultureInfo.InvariantCulture),
        };
    }

    private static string Count(long count) => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture);

    private static JsonArray Sections<T>(IEnumerable<T> items, Func<T, JsonObject> section) =>
        new([.. items.Select(section)]);

    private static string Percent(double value) =>
        double.IsNaN(value) ? "–" : (100 * value).ToString("0.0", CultureInfo.InvariantCulture);
}
