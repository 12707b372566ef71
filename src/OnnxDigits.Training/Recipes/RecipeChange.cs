using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Recipes;

/// <summary>Represents settings that replace the settings of a recipe.</summary>
/// <param name="Source">The file or option that holds the settings, for messages.</param>
/// <param name="Settings">The settings.</param>
internal sealed record RecipeChange(string Source, JsonObject Settings)
{
    /// <summary>Returns the settings of a file: a recipe, the report of a run, or the card of a model.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static RecipeChange OfFile(string file)
    {
        JsonObject json = ReportJson.ReadObject(file);
        bool isReport = json["run"] is JsonObject run && run["recipe"] is JsonObject;
        return new RecipeChange($"'{file}'", isReport ? json["run"]!["recipe"]!.AsObject() : json);
    }

    /// <summary>Returns the setting of a text such as <c>optimizer.learningRate=3e-4</c>.</summary>
    /// <exception cref="CommandException">The text has another form.</exception>
    public static RecipeChange OfText(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && sign < text.Length - 1
            ? Of($"--set {text}", text[..sign], ValueOf(text[(sign + 1)..]))
            : throw new CommandException(
                $"--set needs PATH=X, such as optimizer.learningRate=3e-4, not '{text}'.");
    }

    /// <summary>Returns a change of one setting.</summary>
    /// <param name="source">The file or option that holds the setting.</param>
    /// <param name="path">The path of the setting.</param>
    /// <param name="value">The value.</param>
    public static RecipeChange Of(string source, string path, JsonNode? value)
    {
        string[] names = path.Split('.');
        var settings = new JsonObject { [names[^1]] = value };
        foreach (string name in names[..^1].Reverse()) settings = new JsonObject { [name] = settings };
        return new RecipeChange(source, settings);
    }

    /// <summary>Returns the settings, as <c>PATH=X</c>, that turn one recipe into another.</summary>
    public static IEnumerable<string> Between(Recipe from, Recipe to)
    {
        return Differences("", ToJson(from), ToJson(to));

        static JsonObject ToJson(Recipe recipe) =>
            JsonSerializer.SerializeToNode(recipe, ReportJson.Options)!.AsObject();

        static IEnumerable<string> Differences(string parent, JsonObject before, JsonObject after) =>
            after.Where(setting => !JsonNode.DeepEquals(before[setting.Key], setting.Value))
                .SelectMany(setting => setting.Value is JsonObject parts
                    ? Differences($"{parent}{setting.Key}.", before[setting.Key] as JsonObject ?? [], parts)
                    : [$"{parent}{setting.Key}={setting.Value?.ToString() ?? "null"}"]);
    }

    /// <summary>Returns a recipe with these settings.</summary>
    /// <exception cref="CommandException">A path is unknown, or a value isn't accepted.</exception>
    public Recipe ApplyTo(Recipe recipe) => Setting.Change(recipe, Settings, Source);

    // Names of enums need no quotes.
    private static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
