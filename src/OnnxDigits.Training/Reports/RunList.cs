using System.Text.Json.Nodes;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>Runs, one a row.</summary>
internal static class RunList
{
    private static readonly (string Name, Func<RunRecord, Cell> Of)[] Columns =
    [
        ("run", run => new Cell(run.Name)),
        ("network", run => new Cell(run.Network)),
        ("seed", run => new Cell(run.Seed)),
        ("epochs", run => new Cell(run.Recipe?.Epochs)),
        ("done", run => new Cell(run.Epochs.Count)),
        ("batch", run => new Cell(run.Recipe?.BatchSize)),
        ("data", run => new Cell(run.DataSet)),
        ("validation", run => Cell.Of(run.ValidationAccuracy, "F4")),
        ("test", run => Cell.Of(run.Report?.TestAccuracy, "F4")),
        ("seconds", run => Cell.Of(run.Seconds, "F0")),
        ("state", run => new Cell(StateOf(run))),
    ];

    public static Grid Of(IEnumerable<RunRecord> runs) => new(
        [.. Columns.Select(column => column.Name)],
        [.. runs.Select(run => Columns.Select(column => column.Of(run)).ToArray())]);

    public static JsonNode StateOf(RunRecord run) => run.State.ToString().ToLowerInvariant();
}
