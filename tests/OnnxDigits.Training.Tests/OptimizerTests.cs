using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>Compares the optimizers with their published formulas, computed in double precision.</summary>
public class OptimizerTests
{
    private static readonly double[] Gradients = [0.5, -2.0, 1e-4, 0.0, 3.0, -1e-8, 0.25];

    [Fact]
    public void Step_NotebookRecipe_FollowsRmsPropOfKeras23()
    {
        double expected = 1, mean = 0;
        int step = 0;
        foreach (double weight in Run(Recipe.For("conv"), "dense.weight"))
        {
            double gradient = Gradients[step++];
            mean = 0.9 * mean + 0.1 * gradient * gradient;
            expected -= 1e-3 * gradient / (Math.Sqrt(mean) + 1e-7);
            Assert.Equal(expected, weight, 1e-6);
        }
    }

    [Theory]
    [InlineData("dense.weight", 0.05)]
    [InlineData("dense.bias", 0)]
    public void Step_BestRecipe_FollowsAdamWAndDecaysKernelsOnly(string parameter, double decay)
    {
        double expected = 1, mean = 0, square = 0;
        int step = 0;
        foreach (double weight in Run(Recipe.For("best"), parameter))
        {
            double gradient = Gradients[step++];
            mean = 0.9 * mean + 0.1 * gradient;
            square = 0.999 * square + 0.001 * gradient * gradient;
            double rate = 3e-3 * step;
            double root = Math.Sqrt(square / (1 - Math.Pow(0.999, step))) + 1e-8;
            expected = expected * (1 - rate * decay) - rate * mean / (1 - Math.Pow(0.9, step)) / root;
            Assert.Equal(expected, weight, 1e-5);
        }
    }

    // Sets a parameter to 1 and returns its value after each step. AdamW's learning rate grows with the step, to check
    // that each step uses its own rate.
    private static IEnumerable<double> Run(Recipe recipe, string name)
    {
        using DigitNetwork network = new NetworkBuilder(1, 1, 1).Flatten().Dense(1).Build("single");
        using var state = new TrainingState(network, recipe);
        using Tensor weight = network.Logits.state_dict()[name];
        using (no_grad()) weight.fill_(1);
        for (int step = 1; step <= Gradients.Length; step++)
        {
            weight.grad = full(weight.shape, (float)Gradients[step - 1]);
            state.Step(step, recipe.Optimizer == OptimizerKind.AdamW ? 3e-3 * step : recipe.LearningRate);
            yield return weight.item<float>();
        }
    }
}
