using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Sweeps;

/// <summary>Represents a plan to train one network with many recipes and seeds.</summary>
internal sealed record SweepPlan
{
    // The number of draws in a row that may repeat earlier recipes.
    private const int MaxRepeats = 1000;

    private string _source = "";

    /// <summary>Gets the name of the network, one of <see cref="DigitNetworks.Names"/>.</summary>
    public string Network { get; init; } = "";

    /// <summary>Gets the settings that replace settings of the network's recipe in all trials.</summary>
    public JsonObject Recipe { get; init; } = [];

    /// <summary>
    /// Gets the paths of the settings in which recipes differ. The value of a path is an array of values or, if
    /// <see cref="Samples"/> is set, a <see cref="SweepRange"/>.
    /// </summary>
    public JsonObject Axes { get; init; } = [];

    /// <summary>
    /// Gets the number of recipes to draw at random, or <c>null</c> to train each combination of the values.
    /// </summary>
    [Range(1, 100_000)]
    public int? Samples { get; init; }

    /// <summary>Gets the seed with which recipes are drawn. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets the seeds with which each recipe is trained.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>Reads a plan.</summary>
    /// <exception cref="CommandException">The file cannot be read, or isn't a plan.</exception>
    public static SweepPlan Read(string path)
    {
        string source = $"'{path}'";
        SweepPlan plan = Setting.Change(new SweepPlan(), ReportJson.ReadObject(path), source) with { _source = source };
        if (!DigitNetworks.Names.Contains(plan.Network))
        {
            throw plan.Error($"network needs one of {string.Join(", ", DigitNetworks.Names)}");
        }
        if (plan.Seeds.Count == 0 || plan.Seeds.Distinct().Count() < plan.Seeds.Count)
        {
            throw plan.Error("seeds needs one or more whole numbers, each once");
        }

        return plan;
    }

    /// <summary>Returns the trials. The seeds of a recipe follow one another.</summary>
    /// <exception cref="CommandException">A setting is unknown, or a value isn't accepted.</exception>
    public IReadOnlyList<SweepTrial> Expand()
    {
        Recipe start = new RecipeChange(_source, Recipe).ApplyTo(Recipes.Recipe.For(Network));
        if (start.ValidationSplit == 0)
        {
            throw Error("recipes are ranked on held-out training images: set \"validationSplit\" in \"recipe\", such "
                + "as to 0.1");
        }
        if (Recipe.ContainsKey("seed") || Axes.ContainsKey("seed"))
        {
            throw Error("list the seeds of the trials in seeds");
        }
        if (Axes.ContainsKey("validationSplit"))
        {
            throw Error("validationSplit can't be an axis, because recipes are ranked on the same images");
        }

        var trials = new List<SweepTrial>();
        var recipes = new HashSet<Recipe>();
        int repeats = 0;
        foreach (IReadOnlyList<JsonNode?> values in Samples is null ? Combinations() : Draws(start))
        {
            KeyValuePair<string, JsonNode?>[] point =
                [.. Axes.Zip(values, (axis, value) => KeyValuePair.Create(axis.Key, value))];
            Recipe recipe = point.Aggregate(start, ChangeBy);
            if (!recipes.Add(recipe))
            {
                if (Samples is null) throw Error("two combinations of the values give the same recipe");
                if (++repeats == MaxRepeats) throw Error($"the axes have fewer than {Samples} recipes: reduce samples");
                continue;
            }

            repeats = 0;
            foreach (long seed in Seeds)
            {
                trials.Add(new SweepTrial(trials.Count + 1, recipes.Count, recipe with { Seed = seed }, point));
            }

            if (recipes.Count == Samples) break;
        }

        return trials;
    }

    private Recipe ChangeBy(Recipe recipe, KeyValuePair<string, JsonNode?> setting) =>
        RecipeChange.Of(_source, setting.Key, setting.Value?.DeepClone()).ApplyTo(recipe);

    // The first axis varies slowest.
    private IEnumerable<IReadOnlyList<JsonNode?>> Combinations() => Axes.Aggregate(
        Enumerable.Repeat<IReadOnlyList<JsonNode?>>([], 1),
        (points, axis) =>
        {
            JsonArray values = ValuesOf(axis.Key) ?? throw Error(
                $"axes.{axis.Key} needs an array of values; a range needs samples, the number of recipes to draw");
            return points.SelectMany(point => values.Select(value => (IReadOnlyList<JsonNode?>)[.. point, value]));
        });

    private IEnumerable<IReadOnlyList<JsonNode?>> Draws(Recipe start)
    {
        var random = new Random(Seed);
        Func<JsonNode?>[] draws = [.. Axes.Select(axis => DrawOf(axis.Key, start, random))];
        while (true) yield return [.. draws.Select(draw => draw())];
    }

    private Func<JsonNode?> DrawOf(string path, Recipe start, Random random)
    {
        if (ValuesOf(path) is { } values) return () => values[random.Next(values.Count)];

        string source = $"{_source}, axes.{path}";
        SweepRange range = Setting.Change(new SweepRange(), Axes[path]!.AsObject(), source);
        if (range.Error is { } error) throw new CommandException($"{source} {error}.");
        foreach (double? end in (double?[])[range.Min, range.Max])
        {
            ChangeBy(start, KeyValuePair.Create(path, (JsonNode?)end));
        }

        bool isWhole = Setting.Of<Recipe>().Leaves.Single(setting => setting.Path == path).IsWhole;
        return () => range.Draw(random, isWhole);
    }

    // Returns null for a range.
    private JsonArray? ValuesOf(string path) => Axes[path] switch
    {
        JsonArray { Count: > 0 } values => values,
        JsonObject => null,
        _ => throw Error($"axes.{path} needs an array of values, or an object with min and max"),
    };

    private CommandException Error(string message) => new($"{_source}: {message}.");
}
