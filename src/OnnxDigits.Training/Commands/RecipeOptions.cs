using System.CommandLine;
using System.Text.Json.Nodes;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using Shared;

namespace OnnxDigits.Training.Commands;

/// <summary>Holds the options that change the recipe of a network.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _file = new("--recipe")
    {
        Description = "A JSON file with settings that replace those of the network's recipe, or the report.json of a "
            + "run. 'recipe' prints all settings.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Replace a setting of the recipe, such as optimizer.learningRate=3e-4. Give the option once for "
            + "each setting.",
        HelpName = "PATH=X",
    };

    private readonly Option<int?> _epochs = Options.Count("--epochs",
        $"Passes over the training images. By default {ForEachNetwork(name => Recipe.For(name).Epochs)}.");

    private readonly Option<int?> _batchSize = Options.Count("--batch-size",
        $"Images per step. By default {ForEachNetwork(name => Recipe.For(name).BatchSize)}.");

    private readonly Option<long?> _seed =
        Options.Seed("Seed of the initial weights, the order of images and the augmentation. By default 1.");

    private readonly Option<double?> _validationSplit = Options.Share("--validation-split",
        "Fraction of the training images, the last ones, to hold out and measure after each epoch; 0 by default.",
        includesOne: false);

    // Without the option, the seed is the recipe's.
    public RecipeOptions() => _seed.DefaultValueFactory = null;

    /// <summary>Returns a text with a figure of each network.</summary>
    public static string ForEachNetwork(Func<string, double> value) => string.Join(", ", DigitNetworks.Names.Select(
        name => FormattableString.Invariant($"{value(name)} for {name}")));

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_file, _set, _epochs, _batchSize, _seed, _validationSplit])
        {
            command.Add(option);
        }
    }

    /// <summary>Returns the recipe of each network with the changes of the options, the shortcuts last.</summary>
    /// <exception cref="CommandException">The file or a setting is invalid.</exception>
    public OrderedDictionary<string, Recipe> RecipesFor(IEnumerable<string> networks, ParseResult parsed)
    {
        var changes = new List<RecipeChange>();
        if (parsed.GetValue(_file) is { } file) changes.Add(RecipeChange.OfFile(file));
        changes.AddRange((parsed.GetValue(_set) ?? []).Select(RecipeChange.OfText));
        AddShortcut(_epochs, "epochs");
        AddShortcut(_batchSize, "batchSize");
        AddShortcut(_seed, "seed");
        AddShortcut(_validationSplit, "validationSplit");
        return new(networks.Select(network => KeyValuePair.Create(
            network, changes.Aggregate(Recipe.For(network), (recipe, change) => change.ApplyTo(recipe)))));

        void AddShortcut<T>(Option<T?> option, string path)
            where T : struct
        {
            if (parsed.GetValue(option) is not { } value) return;
            changes.Add(RecipeChange.Of(option.Name, path, JsonValue.Create(value)));
        }
    }
}
