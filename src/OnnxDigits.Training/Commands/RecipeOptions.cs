using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

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

    private readonly Option<string?> _optimizer = Options.OptionalOneOf(
        "--optimizer", "The optimizer: optimizer.kind of the recipe.",
        [.. Enum.GetNames<OptimizerKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)]);

    private readonly Option<double?> _learningRate = Options.Value<double?>(
        "--lr", "The peak learning rate: optimizer.learningRate of the recipe.", "RATE", "a number above 0",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate > 0
            && double.IsFinite(rate) ? rate : null);

    private readonly Option<long?> _seed =
        Options.Seed("Seed of the initial weights, the order of images and the augmentation. By default 1.");

    private readonly Option<double?> _validationSplit = Options.Share("--validation-split",
        "Fraction of the training images, the last ones, to hold out and measure after each epoch; 0 by default.",
        includesOne: false);

    private readonly Option<int?> _patience = Options.Count("--patience",
        "Stop after this many epochs without a lower validation loss, and keep the weights of the best epoch. Needs "
        + "--validation-split.");

    private readonly Option<double?> _dropout = Options.Share("--dropout",
        "Rate of the network's dropout layers. A network without such layers gets one before its last layer.",
        includesOne: false);

    // Without the option, the recipe's seed stays.
    public RecipeOptions() => _seed.DefaultValueFactory = null;

    /// <summary>Returns a text with a figure of each network.</summary>
    public static string ForEachNetwork(Func<string, double> value) => string.Join(", ", DigitNetworks.Names.Select(
        name => FormattableString.Invariant($"{value(name)} for {name}")));

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _file, _set, _epochs, _batchSize, _optimizer, _learningRate, _dropout, _seed, _validationSplit, _patience,
        ];
        foreach (Option option in options) command.Add(option);
    }

    /// <summary>
    /// Returns the recipe of each network with the changes of the options. The shortcuts are applied last.
    /// </summary>
    /// <exception cref="CommandException">The file or a setting is invalid.</exception>
    public OrderedDictionary<string, Recipe> RecipesFor(IEnumerable<string> networks, ParseResult parsed)
    {
        var changes = new List<RecipeChange>();
        if (parsed.GetValue(_file) is { } file) changes.Add(RecipeChange.OfFile(file));
        changes.AddRange((parsed.GetValue(_set) ?? []).Select(RecipeChange.OfText));
        AddShortcut(_epochs.Name, "epochs", parsed.GetValue(_epochs));
        AddShortcut(_batchSize.Name, "batchSize", parsed.GetValue(_batchSize));
        AddShortcut(_optimizer.Name, "optimizer.kind", parsed.GetValue(_optimizer));
        AddShortcut(_learningRate.Name, "optimizer.learningRate", parsed.GetValue(_learningRate));
        AddShortcut(_dropout.Name, "dropoutRate", parsed.GetValue(_dropout));
        AddShortcut(_seed.Name, "seed", parsed.GetValue(_seed));
        AddShortcut(_validationSplit.Name, "validationSplit", parsed.GetValue(_validationSplit));
        AddShortcut(_patience.Name, "patience", parsed.GetValue(_patience));
        return new(networks.Select(network => KeyValuePair.Create(network, RecipeFor(network))));

        Recipe RecipeFor(string network)
        {
            Recipe changed = changes.Aggregate(Recipe.For(network), (recipe, change) => change.ApplyTo(recipe));
            return changed is { Patience: > 0, ValidationSplit: 0 }
                ? throw new CommandException(
                    $"{_patience.Name} {changed.Patience} watches the validation loss of held-out images. Add "
                    + $"{_validationSplit.Name}, such as 0.1.")
                : changed;
        }

        void AddShortcut(string option, string path, object? value)
        {
            if (value is null) return;
            changes.Add(RecipeChange.Of(option, path, JsonSerializer.SerializeToNode(value)));
        }
    }
}
