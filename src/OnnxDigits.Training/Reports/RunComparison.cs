using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OnnxDigits.Data;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>Runs side by side: the arguments in which they differ, then what they came to.</summary>
internal static class RunComparison
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <param name="runs">At least one, each once.</param>
    public static Grid Of(IReadOnlyList<RunRecord> runs)
    {
        bool unlike = runs.Select(run => run.Name).Distinct(StringComparer.Ordinal).Count() == runs.Count;
        return new Grid(
            ["what", .. runs.Select(run => unlike ? run.Name : run.Folder)],
            [.. Arguments(runs), .. Results(runs), .. Recalls(runs)]);
    }

    private static IEnumerable<Cell[]> Arguments(IReadOnlyList<RunRecord> runs)
    {
        Dictionary<string, JsonNode>[] arguments = [.. runs.Select(ArgumentsOf)];
        return
            from name in arguments.SelectMany(of => of.Keys).Distinct()
            let values = arguments.Select(of => of.GetValueOrDefault(name)).ToArray()
            where values.Select(value => value?.ToString()).Distinct().Count() > 1
            select Row(name, values.Select(value => new Cell(value)));
    }

    private static IEnumerable<Cell[]> Results(IReadOnlyList<RunRecord> runs) =>
    [
        Row("state", runs.Select(run => new Cell(RunList.StateOf(run)))),
        Row("epochs_done", runs.Select(run => new Cell(run.Epochs.Count))),
        Row("validation_accuracy", runs.Select(run => Cell.Of(run.ValidationAccuracy, "F4"))),
        Row("test_accuracy", runs.Select(run => Cell.Of(run.Report?.TestAccuracy, "F4"))),
        Row("test_loss", runs.Select(run => Cell.Of(run.Report?.TestLoss, "F4"))),
        Row("seconds", runs.Select(run => Cell.Of(run.Seconds, "F1"))),
    ];

    private static IEnumerable<Cell[]> Recalls(IReadOnlyList<RunRecord> runs)
    {
        int[] digits = [.. Enumerable.Range(0, DigitImages.Classes)];
        return
        [
            .. digits.Select(digit => Row($"recall_of_{digit}", runs.Select(run => Cell.Of(Recall(run, digit), "F4")))),
            .. digits.Select(digit => Row($"recall_of_{digit}_against_the_first", runs.Select(run =>
                Cell.Of(Recall(run, digit) - Recall(runs[0], digit), "+0.0000;-0.0000;0.0000")))),
        ];
    }

    private static double Recall(RunRecord run, int digit) =>
        run.Report?.Recall is { Length: DigitImages.Classes } recall ? recall[digit] : double.NaN;

    private static Cell[] Row(string name, IEnumerable<Cell> cells) => [new Cell(name), .. cells];

    private static Dictionary<string, JsonNode> ArgumentsOf(RunRecord run)
    {
        var facts = new
        {
            run.Network,
            run.Recipe,
            run.DataSet,
            run.DataSetSha256,
            run.Threads,
            run.Version,
            run.Torch,
        };
        return Leaves("", JsonSerializer.SerializeToNode(facts, Json)!.AsObject()).ToDictionary();
    }

    // A recipe's own properties are named one by one, whatever it has.
    private static IEnumerable<KeyValuePair<string, JsonNode>> Leaves(string prefix, JsonObject parent)
    {
        foreach ((string key, JsonNode? value) in parent)
        {
            if (value is JsonObject child)
            {
                foreach (var leaf in Leaves(key == "recipe" ? "" : $"{prefix}{key}_", child)) yield return leaf;
            }
            else if (value is not null)
            {
                yield return KeyValuePair.Create(prefix + key, value);
            }
        }
    }
}
