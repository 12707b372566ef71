using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnnxDigits.Training.Reports;

/// <summary>Represents a table of runs and writes it in several formats.</summary>
/// <param name="Columns">The names of the columns, all different.</param>
/// <param name="Rows">The values of each row: text, numbers, or <c>null</c> for unknown values.</param>
/// <param name="RunsAreColumns">Indicates whether the columns after the first are runs, instead of the rows.</param>
internal sealed record RunTable(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows, bool RunsAreColumns)
{
    /// <summary>Gets the names of the formats; the first is the default.</summary>
    public static string[] Formats { get; } = ["table", "csv", "json"];

    private static readonly string[] ListColumns =
        ["run", "network", "seed", "epochs", "done", "batch", "data", "validation", "test", "seconds", "state"];

    // In JSON, values are between the names of the columns.
    private static readonly Regex StartOfList =
        new($"""^\W*{string.Join("""\W+(.*\s+")?""", ListColumns.Take(4))}\W""");

    // The settings that differ come before the state.
    private static readonly Regex StartOfComparison =
        new(@"\A\W*what\W(?s:.*)^\W*(what\W+)?state\W", RegexOptions.Multiline);

    // The tables of a sweep.
    private static readonly Regex StartOfSweep = new(@"^\W*(rank|trial)\W+(.*\s+"")?recipe\W");

    /// <summary>Returns a table with a row per run.</summary>
    public static RunTable List(IEnumerable<RunReport> runs) => new(
        ListColumns,
        [
            .. runs.Select(run => (object?[])
            [
                run.Name, run.Run.Network, run.Run.Recipe.Seed, run.Run.Recipe.Epochs, run.Epochs.Count,
                run.Run.Recipe.BatchSize, run.Run.DataSet, run.Kept?.ValidationAccuracy,
                run.Result?.TestAccuracy, run.Seconds, State(run),
            ]),
        ],
        RunsAreColumns: false);

    /// <summary>Returns a table with a column per run: settings that differ, results and recalls.</summary>
    /// <param name="runs">At least one run. Recalls are compared with the recalls of the first run.</param>
    public static RunTable Compare(IReadOnlyList<RunReport> runs)
    {
        bool namesDiffer = runs.DistinctBy(run => run.Name).Count() == runs.Count;
        return new RunTable(
            ["what", .. runs.Select(run => namesDiffer ? run.Name : run.Folder)],
            [
                .. DifferingSettings(runs),
                Row("state", run => State(run)),
                Row("epochs_done", run => run.Epochs.Count),
                Row("validation_accuracy", run => run.Kept?.ValidationAccuracy),
                Row("test_accuracy", run => run.Result?.TestAccuracy),
                Row("test_loss", run => run.Result?.TestLoss),
                Row("seconds", run => run.Seconds),
                .. Enumerable.Range(0, 10).Select(digit => Row($"recall_{digit}", run => run.Result?.Recall[digit])),
                .. Enumerable.Range(0, 10).Select(digit => Row(
                    $"recall_{digit}_change", run => run.Result?.Recall[digit] - runs[0].Result?.Recall[digit])),
            ],
            RunsAreColumns: true);

        object?[] Row(string name, Func<RunReport, object?> value) => [name, .. runs.Select(value)];
    }

    /// <summary>Gets the cells of each row as in the format <c>table</c>.</summary>
    public IEnumerable<string[]> TextRows => Rows.Select(row => row.Select(Cell).ToArray());

    /// <summary>Indicates whether a text is a table of runs in one of the formats.</summary>
    /// <param name="text">The text, or its beginning.</param>
    public static bool IsTable(string text) =>
        text == "[]\n" || StartOfList.IsMatch(text) || StartOfComparison.IsMatch(text) || StartOfSweep.IsMatch(text);

    /// <summary>Returns the table as text.</summary>
    /// <param name="format">One of <see cref="Formats"/>. CSV and JSON give numbers in full precision.</param>
    /// <param name="width">The width of a line of the format <c>table</c> in characters.</param>
    public string Format(string format, int width) => format switch
    {
        "csv" => Csv.Format(Columns, Rows),
        "json" => Encoding.UTF8.GetString(ReportJson.ToUtf8(
            Rows.Select(row => Columns.Zip(row).ToDictionary(cell => cell.First, cell => OrNull(cell.Second))))),
        _ => ToTable(width),
    };

    private static IEnumerable<object?[]> DifferingSettings(IReadOnlyList<RunReport> runs)
    {
        Dictionary<string, string>[] settings = [.. runs.Select(run => run.Run.Settings())];
        foreach ((Dictionary<string, string> run, RunReport report) in settings.Zip(runs))
        {
            if (report.Commit is { } commit) run["commit"] = commit;
        }

        return settings.SelectMany(run => run.Keys).Distinct()
            .Select(name => (object?[])[name, .. settings.Select(run => run.GetValueOrDefault(name))])
            .Where(row => row.Skip(1).Distinct().Count() > 1);
    }

    private static string State(RunReport run) => run.ReadState().ToString().ToLowerInvariant();

    // If the table is too wide, runs in columns get numbers, and runs in rows get paragraphs.
    private string ToTable(int width)
    {
        int needed = Columns.Select((name, i) => Rows.Select(row => Cell(row[i]).Length).Append(name.Length).Max() + 1)
            .Sum();
        if (needed <= width) return ToText(Grid(Columns), width);
        if (!RunsAreColumns) return ToText(new Spectre.Console.Rows(Rows.Select(Paragraph)), width);

        string[] numbers = [.. Enumerable.Range(1, Columns.Count - 1).Select(number => $"{number}")];
        string legend = string.Concat(numbers.Zip(Columns.Skip(1)).Select(run => $"{run.First}: {run.Second}\n"));
        return legend + "\n" + ToText(Grid([Columns[0], .. numbers]), width);
    }

    private Spectre.Console.Rows Paragraph(object?[] row)
    {
        string values = string.Join(", ", Columns.Zip(row).Skip(1).Select(cell => $"{cell.First} {Cell(cell.Second)}"));
        return new Spectre.Console.Rows(
            new Text(Cell(row[0])), new Padder(new Text(values), new Padding(2, 0, 0, 0)));
    }

    private Table Grid(IReadOnlyList<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (int i = 0; i < columns.Count; i++)
        {
            // The names of settings stay whole.
            bool isName = RunsAreColumns && i == 0;
            var column = new TableColumn(new Text(columns[i])) { Padding = new Padding(0, 0, 1, 0), NoWrap = isName };
            table.AddColumn(Rows.Any(row => row[i] is not (null or string)) ? column.RightAligned() : column);
        }

        foreach (object?[] row in Rows) table.AddRow(row.Select(value => new Text(Cell(value))));
        return table;
    }

    private static string ToText(IRenderable content, int width)
    {
        var text = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(content);
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())).Trim('\n') + "\n";
    }

    private static object? OrNull(object? value) => value is double.NaN ? null : value;

    private static string Cell(object? value) => value switch
    {
        null or double.NaN => "–",
        double seconds and >= 10 => seconds.ToString("F0", CultureInfo.InvariantCulture),
        double number => number.ToString("F4", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
