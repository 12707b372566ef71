using System.Text.Json.Nodes;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Sweeps;

/// <summary>Represents one run of a sweep: a recipe with a seed.</summary>
/// <param name="Number">The number of the trial, from 1.</param>
/// <param name="Point">The number of the recipe in the sweep, from 1. Trials that differ in the seed share it.</param>
/// <param name="Recipe">The recipe with the seed.</param>
/// <param name="Values">The paths and values of the settings in which the recipes of the sweep differ.</param>
internal sealed record SweepTrial(
    int Number, int Point, Recipe Recipe, IReadOnlyList<KeyValuePair<string, JsonNode?>> Values)
{
    /// <summary>Gets the name of the trial's run folder.</summary>
    public string Name => $"trial-{Number:0000}";

    /// <summary>Gets the values as cells of a table: numbers and names, and objects as JSON.</summary>
    public IEnumerable<object> Cells =>
        Values.Select(setting => setting.Value is JsonValue value ? value : (object)Text(setting.Value));

    /// <summary>Gets the values in words, such as <c>batchSize 64, augmentation null</c>.</summary>
    public string Description => Values.Count == 0
        ? $"recipe {Point}"
        : string.Join(", ", Values.Zip(Cells, (setting, cell) => $"{setting.Key} {cell}"));

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
