using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp.Modules;
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
        foreach (double weight in Run(Recipe.For("conv")))
        {
            double gradient = Gradients[step++];
            mean = 0.9 * mean + 0.1 * gradient * gradient;
            expected -= 1e-3 * gradient / (Math.Sqrt(mean) + 1e-7);
            Assert.Equal(expected, weight, 1e-6);
        }
    }

    // Few steps, because TorchSharp's optimizers aren't safe in code that the runtime has optimized.
    [Theory]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Sgd, 0.9)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void Step_AnyOptimizer_EqualsTorchSharpsToTheBit(OptimizerKind kind, double momentum = 0)
    {
        using var scope = NewDisposeScope();
        OptimizerSettings settings = Recipe.For("best").Optimizer with { Kind = kind, Momentum = momentum };
        double rate = settings.LearningRate;
        using SequentialModel ours = DigitNetworks.Create("dense", seed: 1);
        using SequentialModel theirs = DigitNetworks.Create("dense", seed: 1);
        using var optimizer = new Optimizer(ours.Logits.parameters(), settings);
        Parameter[] parameters = [.. theirs.Logits.parameters()];
        using OptimizerHelper expected = kind switch
        {
            OptimizerKind.RmsProp => optim.RMSProp(parameters, rate, settings.Rho, settings.Epsilon),
            OptimizerKind.Sgd => optim.SGD(parameters, rate, momentum),
            OptimizerKind.Adam => optim.Adam(parameters, rate),
            _ => optim.AdamW(
                [
                    new AdamW.ParamGroup([.. parameters.Where(parameter => parameter.dim() > 1)],
                        rate, weight_decay: settings.WeightDecay),
                    new AdamW.ParamGroup([.. parameters.Where(parameter => parameter.dim() == 1)],
                        rate, weight_decay: 0),
                ]),
        };
        for (int step = 0; step < 5; step++)
        {
            foreach ((Parameter our, Parameter their) in ours.Logits.parameters().Zip(parameters))
            {
                our.grad = their.grad = randn(our.shape);
            }

            optimizer.Step(rate);
            expected.step();
        }

        foreach ((Parameter our, Parameter their) in ours.Logits.parameters().Zip(parameters))
        {
            Assert.True(our.bytes.SequenceEqual(their.bytes));
        }
    }

    // Sets a weight to 1 and returns its value after each step.
    private static IEnumerable<double> Run(Recipe recipe)
    {
        using SequentialModel network = new SequentialModel(1).Dense(1);
        using var state = new TrainingState(network, recipe);
        using Tensor weight = network.Logits.state_dict()["dense.weight"];
        using (no_grad()) weight.fill_(1);
        for (int step = 1; step <= Gradients.Length; step++)
        {
            weight.grad = full(weight.shape, (float)Gradients[step - 1]);
            state.Step(step, recipe.Optimizer.LearningRate);
            yield return weight.item<float>();
        }
    }
}
