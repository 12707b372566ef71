using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class RecipePartsTests
{
    private static readonly Augmentation Strong = new()
    {
        Rotation = 20,
        Scale = 0.2,
        Shear = 0.2,
        Shift = 3,
        Elastic = 1,
        Thickness = 0.5,
        Pressure = 0.5,
        Noise = 0.2,
    };

    [Fact]
    public void LearningRate_WarmUpAndCosine_RisesThenFallsToNothing()
    {
        Recipe recipe = Recipe.For("best") with { LearningRate = 1, Schedule = LearningRateSchedule.WarmUpAndCosine };
        Assert.Equal(0.2, LearningRate.Of(recipe, 10, 1000), 1e-9);
        Assert.Equal(1, LearningRate.Of(recipe, 50, 1000), 1e-9);
        Assert.Equal(0.5, LearningRate.Of(recipe, 525, 1000), 1e-9);
        Assert.Equal(0, LearningRate.Of(recipe, 1000, 1000), 1e-9);
    }

    [Fact]
    public void LearningRate_Notebook_NeverChanges() =>
        Assert.All(Enumerable.Range(1, 100), step => Assert.Equal(1e-3, LearningRate.Of(Recipe.For("conv"), step, 100)));

    [Fact]
    public void Apply_NoStrength_LeavesTheImages()
    {
        using var data = new DigitTensors(SmallDigits.Open().Test);
        using Tensor bent = new ImageAugmenter(new Augmentation(), seed: 1).Apply(data.Images, step: 1);
        Assert.Equal(0, (bent - data.Images).abs().max().item<float>(), 1e-5f);
    }

    [Fact]
    public void Apply_SameSeedAndStep_IsTheSameToTheBitAndElseIsNot()
    {
        using var data = new DigitTensors(SmallDigits.Open().Test);
        float[] Of(long seed, long step)
        {
            using Tensor bent = new ImageAugmenter(Strong, seed).Apply(data.Images, step);
            return bent.data<float>().ToArray();
        }

        float[] first = Of(1, 7);
        Assert.Equal(first, Of(1, 7));
        Assert.NotEqual(first, Of(1, 8));
        Assert.NotEqual(first, Of(2, 7));
        Assert.All(first, value => Assert.InRange(value, -1e-5f, 1 + 1e-5f));
    }

    [Fact]
    public void Apply_Shift_MovesTheInkAndLosesNone()
    {
        using var scope = NewDisposeScope();
        Tensor dot = zeros(200, 1, 28, 28);
        dot[.., 0, 14, 14] = tensor(1f);
        Tensor bent = new ImageAugmenter(new Augmentation { Shift = 2 }, seed: 1).Apply(dot, step: 1);
        Assert.Equal(200, bent.sum().item<float>(), 1e-2f);
        (double x, double y) = (Centre(bent, 3), Centre(bent, 2));
        Assert.InRange(x, 13.5, 14.5);
        Assert.InRange(y, 13.5, 14.5);
        Assert.InRange(bent.sum(dim: 0).gt(0).sum().item<long>(), 20, 36);
    }

    [Fact]
    public void Apply_Pressure_LeavesHalfAsTheyAreAndVariesSmoothlyOnTheOthers()
    {
        using var scope = NewDisposeScope();
        Tensor pressed = new ImageAugmenter(new Augmentation { Pressure = 0.75 }, seed: 1).Apply(ones(200, 1, 28, 28), step: 1);
        Assert.InRange(pressed.min().item<float>(), 0.25f, 0.4f);
        Assert.InRange(pressed.amin([1, 2, 3]).gt(0.9999).sum().item<long>(), 80, 120);
        // From one of three points to the next are 13.5 pixels, and the most that changes there is 0.75.
        Assert.InRange(pressed.diff(1, 3).abs().max().item<float>(), 0.02f, 0.75f / 13.5f + 1e-5f);
    }

    [Fact]
    public void Apply_Noise_LeavesHalfAsTheyAreAndStaysWithinItsDeviation()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        float next = rand(1).item<float>();
        random.manual_seed(5);
        Tensor noise = new ImageAugmenter(new Augmentation { Noise = 0.1 }, seed: 1).Apply(full([200, 1, 28, 28], 0.5f), step: 1) - 0.5f;
        Assert.Equal(next, rand(1).item<float>());
        Tensor deviations = noise.std([1, 2, 3]);
        Assert.InRange(deviations.lt(1e-4).sum().item<long>(), 80, 120);
        Assert.InRange(deviations.max().item<float>(), 0.08f, 0.11f);
        Assert.InRange(noise.mean().item<float>(), -1e-3f, 1e-3f);
    }

    [Fact]
    public void Add_ConstantWeights_AreTheirOwnMeanAndASteadyStepIsFollowedBehind()
    {
        using DigitNetwork network = DigitNetworks.Create("dense", seed: 1);
        using var average = new AveragedWeights(network, decay: 0.5);
        using Tensor bias = network.Logits.state_dict()["dense.bias"];
        Assert.Equal(0, average.State["dense.bias"].abs().max().item<float>());
        // A mean that keeps half follows a ramp one step behind: 1 + 1/2 + 1/4 + … of the last steps.
        for (int step = 1; step <= 200; step++)
        {
            using (no_grad()) bias.add_(1);
            average.Add(step);
        }

        Assert.Equal(199, average.State["dense.bias"].mean().item<float>(), 1e-3f);
        float within = 0;
        average.With(() => within = bias.mean().item<float>());
        Assert.Equal(199, within, 1e-3f);
        Assert.Equal(200, bias.mean().item<float>());
    }

    private static double Centre(Tensor images, int axis)
    {
        using var scope = NewDisposeScope();
        Tensor along = images.sum([0, 1, axis == 3 ? 2 : 3]);
        return (along * arange(28, ScalarType.Float32)).sum().item<float>() / along.sum().item<float>();
    }
}
