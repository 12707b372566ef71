using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Sweeps;

namespace OnnxDigits.Training.Tests.Sweeps;

public sealed class SweepPlanTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Expand_Grid_VariesTheSeedFastestAndTheFirstAxisSlowest()
    {
        IReadOnlyList<SweepTrial> trials = Expand("""
            "recipe": { "epochs": 2, "validationSplit": 0.1 }, "seeds": [7, 8],
            "axes": { "optimizer.learningRate": [0.001, 0.01], "augmentation": [null, { "shift": 2 }] }
            """);
        Assert.Equal(
            [
                "1 1 optimizer.learningRate 0.001, augmentation null 7",
                "2 1 optimizer.learningRate 0.001, augmentation null 8",
                "3 2 optimizer.learningRate 0.001, augmentation {\"shift\":2} 7",
                "4 2 optimizer.learningRate 0.001, augmentation {\"shift\":2} 8",
                "5 3 optimizer.learningRate 0.01, augmentation null 7",
                "6 3 optimizer.learningRate 0.01, augmentation null 8",
                "7 4 optimizer.learningRate 0.01, augmentation {\"shift\":2} 7",
                "8 4 optimizer.learningRate 0.01, augmentation {\"shift\":2} 8",
            ],
            trials.Select(trial => $"{trial.Number} {trial.Point} {trial.Description} {trial.Recipe.Seed}"));
        Recipe conv = Recipe.For("conv") with { Epochs = 2, ValidationSplit = 0.1, Seed = 8 };
        Assert.Equal(
            conv with
            {
                Optimizer = conv.Optimizer with { LearningRate = 0.01 },
                Augmentation = new Augmentation { Shift = 2 },
            },
            trials[^1].Recipe);
    }

    [Fact]
    public void Expand_SeedsOnly_IsOneRecipe() =>
        Assert.Equal(
            [(1, 1, 4L), (2, 1, 5L), (3, 1, 6L)],
            Expand("""
                "recipe": { "validationSplit": 0.1 }, "seeds": [4, 5, 6]
                """).Select(trial => (trial.Number, trial.Point, trial.Recipe.Seed)));

    [Fact]
    public void Expand_Random_IsReproducibleAndKeepsTheFirstRecipesOfALargerSample()
    {
        Recipe[] recipes = Random(samples: 8, seed: 3);
        Assert.Equal(8, recipes.Distinct().Count());
        Assert.Equal(recipes, Random(samples: 8, seed: 3));
        Assert.Equal(recipes, Random(samples: 20, seed: 3)[..8]);
        Assert.NotEqual(recipes, Random(samples: 8, seed: 4));
        // Other values would mix the trials of a sweep that runs on two versions of .NET.
        Assert.Equal(0.0003864, recipes[0].Optimizer.LearningRate);
    }

    [Fact]
    public void Expand_Random_DrawsUniformlyWithinTheBounds()
    {
        Recipe[] recipes = Random(samples: 2000, seed: 1);
        Assert.All(recipes, recipe =>
        {
            Assert.InRange(recipe.Optimizer.LearningRate, 1e-4, 1e-2);
            Assert.InRange(recipe.AveragingDecay, 0, 0.5);
            Assert.InRange(recipe.Epochs, 1, 4);
            Assert.Contains(recipe.BatchSize, (int[])[32, 64]);
        });
        // Each decade has half of the logarithmic draws. Each number of epochs has a quarter, as has each quarter of a
        // uniform range. Four standard deviations are 90 and 78.
        Assert.InRange(recipes.Count(recipe => recipe.Optimizer.LearningRate < 1e-3), 910, 1090);
        Assert.InRange(recipes.Count(recipe => recipe.AveragingDecay < 0.125), 422, 578);
        Assert.InRange(recipes.Count(recipe => recipe.BatchSize == 32), 910, 1090);
        Assert.All(recipes.CountBy(recipe => recipe.Epochs), count => Assert.InRange(count.Value, 422, 578));
    }

    [Theory]
    [InlineData("network needs one of dense, conv, best", """ "network": "vgg" """)]
    [InlineData("has an unknown setting 'axis'. Did you mean 'axes'?", """ "axis": {} """)]
    [InlineData("set \"validationSplit\" in \"recipe\"", """ "seeds": [1] """)]
    [InlineData("seeds needs one or more whole numbers, each once", """ "seeds": [] """)]
    [InlineData("seeds needs one or more whole numbers, each once", """ "seeds": [1, 2, 1] """)]
    [InlineData("seeds needs an array, not 3", """ "seeds": 3 """)]
    [InlineData("samples needs a whole number from 1 to 100000 or null, not 0", """ "samples": 0 """)]
    [InlineData("list the seeds of the trials in seeds", """ RECIPE, "axes": { "seed": [1, 2] } """)]
    [InlineData("validationSplit can't be an axis", """ RECIPE, "axes": { "validationSplit": [0.1, 0.2] } """)]
    [InlineData("has an unknown setting 'learningRate'. Did you mean 'optimizer.learningRate'?",
        """ RECIPE, "axes": { "learningRate": [0.1] } """)]
    [InlineData("batchSize needs a whole number of at least 1, not 0", """ RECIPE, "axes": { "batchSize": [8, 0] } """)]
    [InlineData("axes.batchSize needs an array of values, or an object with min and max",
        """ RECIPE, "axes": { "batchSize": 8 } """)]
    [InlineData("axes.batchSize needs an array of values; a range needs samples",
        """ RECIPE, "axes": { "batchSize": { "min": 1, "max": 2 } } """)]
    [InlineData("two combinations of the values give the same recipe", """ RECIPE, "axes": { "batchSize": [8, 8] } """)]
    [InlineData("the axes have fewer than 3 recipes: reduce samples",
        """ RECIPE, "axes": { "batchSize": [8, 9] }, "samples": 3 """)]
    [InlineData("axes.batchSize needs min and max",
        """ RECIPE, "axes": { "batchSize": { "min": 1 } }, "samples": 3 """)]
    [InlineData("axes.batchSize needs a min below its max",
        """ RECIPE, "axes": { "batchSize": { "min": 9, "max": 8 } }, "samples": 3 """)]
    [InlineData("axes.averagingDecay needs a min above 0, because log is true",
        """ RECIPE, "axes": { "averagingDecay": { "min": 0, "max": 0.5, "log": true } }, "samples": 3 """)]
    [InlineData("batchSize needs a whole number of at least 1, not 1.5",
        """ RECIPE, "axes": { "batchSize": { "min": 1.5, "max": 8 } }, "samples": 3 """)]
    [InlineData("optimizer.rho needs a number from 0 to below 1, not 1",
        """ RECIPE, "axes": { "optimizer.rho": { "min": 0, "max": 1 } }, "samples": 3 """)]
    public void Read_InvalidPlan_NamesTheFileAndTheFault(string message, string content)
    {
        var error = Assert.Throws<CommandException>(
            () => Expand(content.Replace("RECIPE", """ "recipe": { "validationSplit": 0.1 } """)));
        Assert.StartsWith($"'{_file}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private Recipe[] Random(int samples, int seed) =>
    [
        .. Expand($$"""
            "recipe": { "validationSplit": 0.1 }, "samples": {{samples}}, "seed": {{seed}},
            "axes": {
              "optimizer.learningRate": { "min": 1e-4, "max": 1e-2, "log": true },
              "averagingDecay": { "min": 0, "max": 0.5 },
              "epochs": { "min": 1, "max": 4 },
              "batchSize": [32, 64]
            }
            """).Select(trial => trial.Recipe),
    ];

    private IReadOnlyList<SweepTrial> Expand(string content)
    {
        string network = content.Contains("\"network\"", StringComparison.Ordinal) ? "" : "\"network\": \"conv\",";
        File.WriteAllText(_file, $"{{ {network} {content} }}");
        return SweepPlan.Read(_file).Expand();
    }
}
