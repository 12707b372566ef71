using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Applies random changes to batches of images.</summary>
/// <param name="strength">The kinds and the extent of the changes.</param>
/// <param name="random">The generator to draw from, on the CPU. It gives the same changes on every device.</param>
internal sealed class ImageAugmenter(Augmentation strength, Generator random)
{
    private const int ElasticGrid = 5;

    /// <summary>Returns changed copies of the images.</summary>
    /// <param name="images">Images [N, 1, H, W], 0 to 1, on any device.</param>
    public Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor positions = nn.functional.affine_grid(AffineMaps(images), images.shape, align_corners: false);
        if (strength.Elastic > 0) positions = positions.Plus(Displacements(images));
        Tensor changed = nn.functional.grid_sample(
            images, positions, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
        if (strength.Thickness > 0) changed = Thicken(changed);
        if (strength.Noise > 0) changed = AddNoise(changed);
        return changed.MoveToOuterDisposeScope();
    }

    // Returns affine maps [N, 2, 3] from positions in the result to positions in the image, both from -1 to 1.
    private Tensor AffineMaps(Tensor images)
    {
        long count = images.shape[0];
        Tensor angle = Uniform(count, strength.Rotation * Math.PI / 180), shear = Uniform(count, strength.Shear);
        Tensor sin = angle.sin(), cos = angle.cos();
        Tensor scaleX = Uniform(count, strength.Scale).Plus(1).reciprocal();
        Tensor scaleY = Uniform(count, strength.Scale).Plus(1).reciprocal();
        Tensor shiftX = Uniform(count, strength.Shift * 2 / images.shape[3]);
        Tensor shiftY = Uniform(count, strength.Shift * 2 / images.shape[2]);
        Tensor[] entries =
        [
            scaleX * cos.Plus(shear * sin), scaleX * (shear * cos - sin), shiftX,
            scaleY * sin, scaleY * cos, shiftY,
        ];
        return stack(entries, 1).view(count, 2, 3).to(images.device);
    }

    // Returns displacements [N, H, W, 2]: random at the points of a coarse grid, smooth between them.
    private Tensor Displacements(Tensor images)
    {
        (long count, long height, long width) = (images.shape[0], images.shape[2], images.shape[3]);
        Tensor unit = tensor(new[] { 2f / width, 2f / height }).view(1, 2, 1, 1).Times(strength.Elastic);
        Tensor coarse = randn([count, 2, ElasticGrid, ElasticGrid], generator: random) * unit;
        return nn.functional
            .interpolate(
                coarse.to(images.device), [height, width], mode: InterpolationMode.Bicubic, align_corners: true)
            .permute(0, 2, 3, 1);
    }

    private Tensor Thicken(Tensor images)
    {
        Tensor change = Uniform(images.shape[0], strength.Thickness).view(-1, 1, 1, 1).to(images.device);
        Tensor largest = nn.functional.max_pool2d(images, 3, 1, 1);
        Tensor smallest = -nn.functional.max_pool2d(-images, 3, 1, 1);
        return images.Plus(change.relu() * (largest - images)).Plus(change.neg().relu() * (smallest - images));
    }

    private Tensor AddNoise(Tensor images)
    {
        Tensor deviation = Uniform(images.shape[0], strength.Noise).relu().view(-1, 1, 1, 1);
        Tensor noise = randn(images.shape, generator: random) * deviation;
        return images.Plus(noise.to(images.device)).ClampToUnit();
    }

    // Draws [count] numbers from -limit to limit.
    private Tensor Uniform(long count, double limit) => rand(count, generator: random).Times(2).Plus(-1).Times(limit);
}
