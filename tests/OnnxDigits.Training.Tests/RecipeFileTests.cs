using System.Reflection;
using System.Text.Json;
using Json.Schema;
using OnnxDigits.Data;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Tests;

public sealed class RecipeFileTests : IDisposable
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(RecipeCommand.ReadSchema());

    private readonly CommandRunner _command = new() { OpenData = _ => throw new InvalidOperationException("opened") };
    private readonly string _file;

    public RecipeFileTests() => _file = Path.Combine(_command.Folder, "recipe.json");

    private string Output => _command.Output.ToString();

    public void Dispose() => _command.Dispose();

    /// <summary>All settings, found in the types, with a value that no built-in recipe has.</summary>
    public static TheoryData<string, string> Settings => [.. SettingsOf(typeof(Recipe))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Set_AnySetting_ChangesItAlone(string path, string value)
    {
        Recipe best = Recipe.For("best");
        Assert.Equal([$"{path}={value}"], RecipeChange.Between(best, Change(best, $"{path}={value}")));
        Assert.Contains(Setting.Of<Recipe>().Leaves, setting => setting.Path == path);
    }

    [Fact]
    public void Set_ObjectsAndNames_AreAccepted()
    {
        Recipe conv = Recipe.For("conv"), best = Recipe.For("best");
        var shift = new Augmentation { Shift = 2 };
        Assert.Equal(conv with { Augmentation = shift }, Change(conv, "augmentation.shift=2"));
        Assert.Equal(conv with { Augmentation = shift }, Change(conv, "augmentation={\"shift\": 2}"));
        Assert.Equal(best with { Augmentation = null }, Change(best, "augmentation=null"));
        Assert.Equal(OptimizerKind.AdamW, Change(conv, "optimizer.kind=ADAMW").Optimizer.Kind);
    }

    [Fact]
    public void DryRun_WithShortcuts_PrintsLayersAndRecipeAndOpensNothing()
    {
        int code = _command.Run(
            "fit", "--dry-run", "--network", "conv", "--optimizer", "sgd", "--lr", "0.05", "--set",
            "optimizer.momentum=0.9", "--runs-folder", Path.Combine(_command.Folder, "runs"));
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("Total params: 93,322", Output);
        Recipe recipe = ReportJson.Read<Recipe>(System.Text.Encoding.UTF8.GetBytes(Output[Output.IndexOf('{')..]));
        Assert.Equal(
            Recipe.For("conv") with { Optimizer = OptimizerSettings.Sgd(0.05, momentum: 0.9) }, recipe);
        Assert.Empty(Directory.GetFileSystemEntries(_command.Folder));
    }

    [Theory]
    [InlineData("--lr", "0", "--lr needs a number above 0, not '0'.")]
    [InlineData("--lr", "fast", "--lr needs a number above 0, not 'fast'.")]
    [InlineData("--optimizer", "lion", "--optimizer needs rmsProp, sgd, adam or adamW, not 'lion'.")]
    public void Shortcut_Invalid_NamesTheAcceptedValues(string option, string value, string sentence)
    {
        Assert.Equal(ExitCode.Usage, _command.Run("fit", option, value));
        Assert.Contains(sentence, Output);
    }

    [Fact]
    public void Recipe_FileThenSetThenShortcut_TheLastCounts()
    {
        File.WriteAllText(_file, """
            {
              "$schema": "recipe.schema.json",
              "epochs": 2, // a comment
              "batchSize": 32,
              "optimizer": { "kind": "adamW", "learningRate": 0.01 },
            }
            """);
        Recipe recipe = PrintedRecipe("--recipe", _file, "--set", "batchSize=16", "--set", "seed=3", "--seed", "4");
        OptimizerSettings optimizer = Recipe.For("conv").Optimizer with
        {
            Kind = OptimizerKind.AdamW,
            LearningRate = 0.01,
        };
        Recipe expected = Recipe.For("conv") with { Epochs = 2, BatchSize = 16, Seed = 4, Optimizer = optimizer };
        Assert.Equal(expected, recipe);

        // The output is a recipe file.
        File.WriteAllBytes(_file, ReportJson.ToUtf8(recipe));
        Assert.Equal(expected, PrintedRecipe("--recipe", _file));
    }

    [Theory]
    [InlineData("{ \"epochs\": 0 }", "'FILE': epochs needs a whole number of at least 1, not 0.")]
    [InlineData("{ \"epochs\": 1.5 }", "'FILE': epochs needs a whole number of at least 1, not 1.5.")]
    [InlineData("{ \"epochs\": null }", "'FILE': epochs needs a whole number of at least 1, not null.")]
    [InlineData("{ \"seed\": \"one\" }", "'FILE': seed needs a whole number, not \"one\".")]
    [InlineData("{ \"optimizer\": \"adamW\" }", "'FILE': optimizer needs an object, not \"adamW\".")]
    [InlineData(
        "{ \"optimizer\": { \"kind\": \"lion\" } }",
        "'FILE': optimizer.kind needs rmsProp or sgd or adam or adamW, not \"lion\".")]
    [InlineData("{ \"optimizer\": { \"kind\": 1 } }", "'FILE': optimizer.kind needs rmsProp or sgd or adam or adamW, not 1.")]
    [InlineData(
        "{ \"optimizer\": { \"rho\": 1 } }", "'FILE': optimizer.rho needs a number from 0 to below 1, not 1.")]
    [InlineData(
        "{ \"augmentation\": { \"rotation\": \"NaN\" } }",
        "'FILE': augmentation.rotation needs a number from 0 to 180, not \"NaN\".")]
    [InlineData("{ \"drawn\": [1] }", "'FILE': drawn needs an object or null, not an array.")]
    [InlineData(
        "{ \"learningRate\": 1 }",
        "'FILE' has an unknown setting 'learningRate'. Did you mean 'optimizer.learningRate'?")]
    [InlineData(
        "{ \"drawn\": { \"letters\": 1 } }",
        "'FILE' has an unknown setting 'drawn.letters'. The settings are drawn.digits, drawn.rareDigits, "
        + "drawn.nonDigits.")]
    [InlineData("{ \"batchsize\": 1 }", "'FILE' has an unknown setting 'batchsize'. Did you mean 'batchSize'?")]
    [InlineData(
        "{ \"optimizer\": { \"learnRate\": 1 } }",
        "'FILE' has an unknown setting 'optimizer.learnRate'. Did you mean 'optimizer.learningRate'?")]
    [InlineData(
        "{ \"optimizer.learningRate\": 1 }",
        "'FILE' has an unknown setting 'optimizer.learningRate'. Nest the names, as in ")]
    [InlineData("{ \"epochs\": 1,\n \"epochs\": 2 }", "'FILE' isn't JSON: Duplicate ")]
    [InlineData("{\n \"epochs\": one }", "'FILE' isn't JSON: line 2: ")]
    [InlineData("[]", "'FILE' holds no JSON object.")]
    public void Recipe_InvalidFile_ReturnsTwoWithFilePathAndAcceptedValues(string json, string message)
    {
        File.WriteAllText(_file, json);
        AssertRefused(message.Replace("FILE", _file, StringComparison.Ordinal), "--recipe", _file);
        // An editor with the schema finds the same faults.
        if (!message.Contains("isn't JSON", StringComparison.Ordinal)) Assert.False(IsValid(json));
    }

    [Theory]
    [InlineData("--recipe", "missing.json", "'missing.json' cannot be read: the file doesn't exist.")]
    [InlineData("--set", "epochs=0", "--set epochs=0: epochs needs a whole number of at least 1, not 0.")]
    [InlineData("--set", "epoch=1", "--set epoch=1 has an unknown setting 'epoch'. Did you mean 'epochs'?")]
    [InlineData("--set", "epochs", "--set needs PATH=X, such as optimizer.learningRate=3e-4, not 'epochs'.")]
    [InlineData("--set", "optimizer.learningRate=fast",
        "--set optimizer.learningRate=fast: optimizer.learningRate needs a number of at least 0, not \"fast\".")]
    public void Recipe_InvalidOption_ReturnsTwoBeforeTheDataIsOpened(string option, string value, string message) =>
        AssertRefused(message, option, value);

    [Fact]
    public void Run_RecipeFileAndReportOfARun_TrainAndResumeWithTheirSettings()
    {
        DigitDataSet digits = DigitGenerator.CreateDataSet(1, 300, 50);
        _command.OpenData = _ => digits;
        File.WriteAllText(_file, """{ "epochs": 1, "seed": 5, "augmentation": { "shift": 1 } }""");
        string[] arguments =
        [
            "fit", "--network", "dense", "--recipe", _file, "--set", "batchSize=100", "--runs-folder", _command.Folder,
        ];
        Assert.Equal(0, _command.Run(arguments));
        string run = Assert.Single(Directory.GetDirectories(_command.Folder));
        Recipe recipe = RunReport.Read(run)!.Run.Recipe;
        Assert.Equal(Recipe.For("dense") with
        {
            Epochs = 1,
            BatchSize = 100,
            Seed = 5,
            Augmentation = new Augmentation { Shift = 1 },
        }, recipe);

        Assert.Equal(0, _command.Run([.. arguments, "--resume"]));
        string report = Path.Combine(run, RunReport.FileName);
        Assert.Equal(0, _command.Run(
            "fit", "--network", "dense", "--recipe", report, "--runs-folder", _command.Folder, "--resume"));
        Assert.Equal(3, Output.Split("Already finished: dense with seed 5").Length);
        Assert.Single(Directory.GetDirectories(_command.Folder));
    }

    private static Recipe Change(Recipe recipe, string setting) => RecipeChange.OfText(setting).ApplyTo(recipe);

    private static IEnumerable<TheoryDataRow<string, string>> SettingsOf(Type type, string prefix = "")
    {
        foreach (PropertyInfo property in type.GetProperties())
        {
            string path = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (property.PropertyType.IsEnum)
            {
                string name = property.PropertyType == typeof(OptimizerKind) ? "rmsProp" : "constant";
                yield return new(path, name);
            }
            else if (property.PropertyType.IsValueType)
            {
                bool isWhole = property.PropertyType == typeof(int) || property.PropertyType == typeof(long);
                yield return new(path, isWhole ? "7" : "0.25");
            }
            else
            {
                foreach (var row in SettingsOf(property.PropertyType, $"{path}.")) yield return row;
            }
        }
    }

    private Recipe PrintedRecipe(params string[] arguments)
    {
        _command.Output.GetStringBuilder().Clear();
        Assert.Equal(0, _command.Run(["recipe", "--network", "conv", .. arguments]));
        Assert.True(IsValid(Output));
        return JsonSerializer.Deserialize<Recipe>(Output, ReportJson.Options)!;
    }

    private static bool IsValid(string json) => Schema.Evaluate(JsonDocument.Parse(json).RootElement).IsValid;

    private void AssertRefused(string message, params string[] arguments)
    {
        Assert.Equal(2, _command.Run(["fit", "--network", "conv", .. arguments, "--runs-folder", _command.Folder]));
        Assert.StartsWith($"error: {message}", Output, StringComparison.Ordinal);
        Assert.Single(Output.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetDirectories(_command.Folder));
    }
}
