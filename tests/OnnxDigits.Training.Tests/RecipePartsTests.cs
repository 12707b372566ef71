using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class RecipePartsTests
{
    [Fact]
    public void For_NotebookNetworks_HasTheNotebooksSettings()
    {
        var expected = new Recipe
        {
            Epochs = 5,
            BatchSize = 128,
            Optimizer = new OptimizerSettings
            {
                Kind = OptimizerKind.RmsProp,
                LearningRate = 1e-3,
                Rho = 0.9,
                Epsilon = 1e-7,
            },
            ValidationSplit = 0,
        };
        Assert.Equal(expected, Recipe.For("dense"));
        Assert.Equal(expected with { BatchSize = 64 }, Recipe.For("conv"));
    }

    [Fact]
    public void LearningRateAt_WarmUpAndCosine_RisesThenFallsToZero()
    {
        Recipe recipe = Recipe.For("best") with
        {
            Optimizer = new OptimizerSettings
            {
                LearningRate = 1,
                Schedule = LearningRateSchedule.WarmUpAndCosine,
            },
        };
        Assert.Equal(0.2, recipe.LearningRateAt(10, 1000), 1e-9);
        Assert.Equal(1, recipe.LearningRateAt(50, 1000), 1e-9);
        Assert.Equal(0.5, recipe.LearningRateAt(525, 1000), 1e-9);
        Assert.Equal(0, recipe.LearningRateAt(1000, 1000), 1e-9);
    }

    [Fact]
    public void LearningRateAt_NotebookRecipe_IsConstant() =>
        Assert.All(Enumerable.Range(1, 100), step => Assert.Equal(1e-3, Recipe.For("conv").LearningRateAt(step, 100)));

    [Fact]
    public void Update_SteadilyGrowingWeights_FollowsThemWithTheExpectedLag()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        using var average = new AveragedWeights(network, decay: 0.5);
        using Tensor bias = network.Logits.state_dict()["dense.bias"];
        Assert.Equal(0, average.Means["dense.bias"].abs().max().item<float>());
        // An average with decay 1/2 lags one step behind: 1/2 + 1/4 + 1/8 + …
        for (int step = 1; step <= 200; step++)
        {
            using (no_grad()) bias.add_(1);
            average.Update(step);
        }

        Assert.Equal(199, average.Means["dense.bias"].mean().item<float>(), 1e-3f);
        average.Swap();
        Assert.Equal(199, bias.mean().item<float>(), 1e-3f);
        Assert.Equal(200, average.Means["dense.bias"].mean().item<float>());
        average.Swap();
        Assert.Equal(200, bias.mean().item<float>());
    }
}
