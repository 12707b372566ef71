using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class ImageAugmenterTests
{
    private static readonly Augmentation Strong = new()
    {
        Rotation = 20,
        Scale = 0.2,
        Shear = 0.2,
        Shift = 3,
        Elastic = 1,
        Thickness = 0.5,
        Noise = 0.2,
    };

    [Fact]
    public void Apply_NoStrength_LeavesTheImages()
    {
        using var data = new DigitTensors(SmallDigits.Open().Test);
        using Tensor changed = Apply(new Augmentation(), data.Images);
        Assert.Equal(0, (changed - data.Images).abs().max().item<float>(), 1e-5f);
    }

    [Fact]
    public void Apply_SameSeed_GivesTheSameImagesToTheBit()
    {
        using var data = new DigitTensors(SmallDigits.Open().Test);
        float[] first = Changed(seed: 1);
        Assert.Equal(first, Changed(seed: 1));
        Assert.NotEqual(first, Changed(seed: 2));
        Assert.All(first, value => Assert.InRange(value, -1e-5f, 1 + 1e-5f));

        float[] Changed(ulong seed)
        {
            using Tensor changed = Apply(Strong, data.Images, seed);
            return changed.data<float>().ToArray();
        }
    }

    [Fact]
    public void Apply_Twice_DrawsAnew()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var augmenter = new ImageAugmenter(Strong, random);
        Tensor images = ones(2, 1, 28, 28);
        Assert.NotEqual(
            augmenter.Apply(images).data<float>().ToArray(), augmenter.Apply(images).data<float>().ToArray());
    }

    [Fact]
    public void Apply_Shift_MovesTheInkWithinItsRange()
    {
        using var scope = NewDisposeScope();
        Tensor dot = zeros(200, 1, 28, 28);
        dot[.., 0, 14, 14] = tensor(1f);
        Tensor changed = Apply(new Augmentation { Shift = 2 }, dot);
        Assert.Equal(200, changed.sum().item<float>(), 1e-2f);
        Assert.InRange(Centre(changed, axis: 3), 13.5, 14.5);
        Assert.InRange(Centre(changed, axis: 2), 13.5, 14.5);
        // The dot spreads over at most 6 × 6 pixels.
        Assert.InRange(changed.sum(dim: 0).gt(0).sum().item<long>(), 20, 36);
    }

    [Fact]
    public void Apply_Rotation_TurnsABarByUpToItsAngle()
    {
        using var scope = NewDisposeScope();
        Tensor bar = zeros(500, 1, 28, 28);
        bar[.., .., 13..15, 4..24] = tensor(1f);
        Tensor changed = Apply(new Augmentation { Rotation = 30 }, bar).squeeze(1);
        Tensor x = arange(28, ScalarType.Float32).view(1, 1, 28) - 13.5;
        Tensor y = arange(28, ScalarType.Float32).view(1, 28, 1) - 13.5;
        Tensor slope = (changed * x * y).sum([1, 2]) / (changed * x * x).sum([1, 2]);
        Tensor degrees = slope.atan() * 180 / Math.PI;
        Assert.InRange(degrees.abs().max().item<float>(), 27, 30.5f);
        Assert.InRange(degrees.mean().item<float>(), -3, 3);
    }

    [Fact]
    public void Apply_Thickness_ThickensAndThinsStrokes()
    {
        using var scope = NewDisposeScope();
        Tensor stroke = zeros(200, 1, 28, 28);
        stroke[.., .., 12..16, 4..24] = tensor(1f);
        Tensor ink = Apply(new Augmentation { Thickness = 1 }, stroke).sum([1, 2, 3]);
        // 80 pixels of ink: from 2 × 18 fully thinned to 6 × 22 fully thickened.
        Assert.InRange(ink.min().item<float>(), 36, 45);
        Assert.InRange(ink.max().item<float>(), 125, 132);
    }

    [Fact]
    public void Apply_Noise_LeavesHalfOfTheImagesAndStaysWithinItsDeviation()
    {
        using var scope = NewDisposeScope();
        Tensor noise = Apply(new Augmentation { Noise = 0.1 }, full([200, 1, 28, 28], 0.5f)) - 0.5f;
        Tensor deviations = noise.std([1, 2, 3]);
        Assert.InRange(deviations.lt(1e-4).sum().item<long>(), 80, 120);
        Assert.InRange(deviations.max().item<float>(), 0.08f, 0.11f);
        Assert.InRange(noise.mean().item<float>(), -1e-3f, 1e-3f);
    }

    private static Tensor Apply(Augmentation strength, Tensor images, ulong seed = 1)
    {
        using var random = new Generator(seed);
        return new ImageAugmenter(strength, random).Apply(images);
    }

    private static double Centre(Tensor images, int axis)
    {
        using var scope = NewDisposeScope();
        Tensor along = images.sum([0, 1, axis == 3 ? 2 : 3]);
        return (along * arange(28, ScalarType.Float32)).sum().item<float>() / along.sum().item<float>();
    }
}
