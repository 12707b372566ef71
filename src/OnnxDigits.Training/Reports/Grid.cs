using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace OnnxDigits.Training.Reports;

/// <summary>Rows of values under named columns, as a table for people, as CSV or as JSON.</summary>
/// <param name="Columns">Names as CSV and JSON have them, all different.</param>
/// <param name="Rows">A value for each column.</param>
internal sealed record Grid(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    public static IReadOnlyList<string> Formats { get; } = ["table", "csv", "json"];

    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="width">Characters in a line of a table.</param>
    public string Format(string format, int width) => format switch
    {
        "csv" => ToCsv(),
        "json" => ToJson(),
        _ => ToTable(width),
    };

    private string ToCsv()
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', Columns.Select(column => new Cell(column).ForCsv())).Append('\n');
        foreach (IReadOnlyList<Cell> row in Rows) csv.AppendJoin(',', row.Select(cell => cell.ForCsv())).Append('\n');
        return csv.ToString();
    }

    private string ToJson()
    {
        var rows = Rows.Select(row => new JsonObject(
            Columns.Zip(row, (column, cell) => KeyValuePair.Create(column, cell.Value?.DeepClone()))));
        return new JsonArray([.. rows]).ToJsonString(RunData.Json) + "\n";
    }

    private string ToTable(int width)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (int i = 0; i < Columns.Count; i++)
        {
            var column = new TableColumn(new Text(Columns[i])) { Padding = new Padding(0, 0, 1, 0) };
            table.AddColumn(Rows.Any(row => row[i].IsNumber) ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<Cell> row in Rows) table.AddRow(row.Select(cell => new Text(cell.ForPeople())));
        var text = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(table);
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())).Trim('\n') + "\n";
    }
}
