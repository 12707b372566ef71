using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Training.Reports;

/// <summary>Shows a run, or several side by side, as one self-contained HTML file.</summary>
internal static class RunPage
{
    private const string Marker = """<meta name="generator" content="digit-train runs show">""";

    private static readonly (string Name, string Kind, string Alt)[] Pictures =
    [
        ("confusion", "matrix", "Confusion matrix on the test images"),
        ("mistakes", "mistakes", "Misread test images, the most confident ones first"),
    ];

    /// <summary>Indicates whether a text is a page of runs.</summary>
    /// <param name="text">The text, or its beginning.</param>
    public static bool IsPage(string text) => text.Contains(Marker, StringComparison.Ordinal);

    /// <summary>Returns the page of runs. The settings in which several runs differ come first.</summary>
    public static string Format(IReadOnlyList<RunReport> runs)
    {
        RunTable comparison = RunTable.Compare(runs);
        string title = runs.Count == 1 ? runs[0].Name : $"{runs.Count} runs";
        JsonNode values = JsonSerializer.SerializeToNode(
            new
            {
                Title = title,
                Columns = comparison.Columns.Skip(1).Select(name => new { name }),
                Rows = comparison.TextRows.Where(row => !IsRecall(row[0])).Select(row => new
                {
                    Name = row[0].Replace('_', ' '),
                    Kind = row.Skip(1).Distinct().Count() > 1 ? "differs" : "same",
                    Cells = row.Skip(1).Select(value => new { value }),
                }),
                Curves = new[] { Both(palette => LearningCurves.Draw(title, [.. runs.Select(Curve)], palette)) },
                Runs = runs.Select(run => Describe(run, isAlone: runs.Count == 1)),
            },
            ReportJson.Options)!;
        return HtmlTemplate.Fill(HtmlTemplate.Load("run.html"), values.AsObject());
    }

    private static (string Name, IReadOnlyList<EpochMetrics> Epochs) Curve(RunReport run) =>
        (run.Name, run.Epochs);

    // The pictures of the confusion matrices have the recalls.
    private static bool IsRecall(string row) => row.StartsWith("recall", StringComparison.Ordinal);

    private static object Describe(RunReport run, bool isAlone)
    {
        Dictionary<string, string> settings = run.Run.Settings();
        string[] layers = [.. run.Run.Layers.Select(layer => layer.Name), "layers"];
        string[] recipe = [.. Setting.Of<Recipe>().Leaves.Select(setting => setting.Path)];
        KeyValuePair<string, string>[] origin =
        [
            new("started", run.Started.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)),
            new("command", string.Join(' ', run.Arguments)), new("commit", run.Commit ?? "unknown"),
            new("folder", run.Folder),
        ];
        return new
        {
            Headings = isAlone ? [] : new[] { new { run.Name } },
            Pictures = Pictures.Where(picture => File.Exists(PathOf(run, picture.Name, Palette.Light))
                && File.Exists(PathOf(run, picture.Name, Palette.Dark))).Select(picture => new
                {
                    picture.Kind,
                    picture.Alt,
                    Light = Uri(File.ReadAllBytes(PathOf(run, picture.Name, Palette.Light))),
                    Dark = Uri(File.ReadAllBytes(PathOf(run, picture.Name, Palette.Dark))),
                }),
            Layers = run.Run.Layers.Select(layer => new
            {
                layer.Name,
                Settings = settings[layer.Name],
                Output = layer.OutputShapeText,
                Parameters = layer.Parameters.ToString("N0", CultureInfo.InvariantCulture),
            }),
            Tables = new[]
            {
                Table("Recipe", settings.Where(setting => recipe.Contains(setting.Key))),
                Table("Environment", origin.Concat(settings.Where(
                    setting => !recipe.Contains(setting.Key) && !layers.Contains(setting.Key)))),
            },
        };
    }

    private static object Table(string name, IEnumerable<KeyValuePair<string, string>> rows) =>
        new { name, Rows = rows.Select(row => new { Name = row.Key, row.Value }) };

    private static object Both(Func<Palette, byte[]> draw) =>
        new { Light = Uri(draw(Palette.Light)), Dark = Uri(draw(Palette.Dark)) };

    private static string PathOf(RunReport run, string picture, Palette palette) =>
        Path.Combine(run.Folder, $"{picture}{palette.Suffix}.png");

    private static string Uri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
