using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Changes the images of one step. The seed and the number of the step decide how, and nothing else.</summary>
internal sealed class ImageAugmenter(Augmentation strength, long seed)
{
    // Displacements are drawn at so many points a side and run smoothly between them, as a hand's do.
    private const int GridSide = 5;

    // A hand presses harder here and softer there: so many points a side, and smooth between them.
    private const int PressureSide = 3;

    /// <summary>Images [N, 1, H, W], 0..1, changed; in the scope of the caller.</summary>
    /// <param name="images">The images as they are.</param>
    /// <param name="step">The number of the step in the whole run.</param>
    public Tensor Apply(Tensor images, long step)
    {
        using var scope = NewDisposeScope();
        int count = (int)images.shape[0];
        var random = new Random(unchecked((int)(seed * 1_000_003 + step)));
        float height = images.shape[2], width = images.shape[3];

        Tensor grid = nn.functional.affine_grid(
            tensor(Maps(count, random, height, width), [count, 2, 3], device: images.device), images.shape, align_corners: false);
        if (strength.Elastic > 0)
        {
            Tensor coarse = tensor(Displacements(count, random, height, width), [count, 2, GridSide, GridSide], device: images.device);
            Tensor smooth = nn.functional.interpolate(
                coarse, [images.shape[2], images.shape[3]], mode: InterpolationMode.Bicubic, align_corners: true);
            grid += smooth.permute(0, 2, 3, 1);
        }

        Tensor bent = nn.functional.grid_sample(
            images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
        if (strength.Thickness > 0) bent = Thicken(bent, random);
        if (strength.Pressure > 0) bent = bent * Pressures(count, random, images.shape, images.device);
        if (strength.Noise > 0) bent = (bent + Noise(count, random, images.shape, images.device)).clamp(0, 1);
        return bent.MoveToOuterDisposeScope();
    }

    // From a place in the result to its place in the image, both from −1 to 1.
    private float[] Maps(int count, Random random, float height, float width)
    {
        float[] maps = new float[count * 6];
        for (int i = 0; i < count; i++)
        {
            double angle = Within(random, strength.Rotation) * Math.PI / 180;
            double shear = Within(random, strength.Shear);
            double sx = 1 / (1 + Within(random, strength.Scale)), sy = 1 / (1 + Within(random, strength.Scale));
            double dx = Within(random, strength.Shift) * 2 / width, dy = Within(random, strength.Shift) * 2 / height;
            (double sin, double cos) = Math.SinCos(angle);
            Span<float> map = maps.AsSpan(i * 6, 6);
            map[0] = (float)(sx * (cos + shear * sin));
            map[1] = (float)(sx * (shear * cos - sin));
            map[2] = (float)dx;
            map[3] = (float)(sy * sin);
            map[4] = (float)(sy * cos);
            map[5] = (float)dy;
        }

        return maps;
    }

    private float[] Displacements(int count, Random random, float height, float width)
    {
        float[] points = new float[count * 2 * GridSide * GridSide];
        for (int i = 0; i < points.Length; i++)
        {
            float side = i / (GridSide * GridSide) % 2 == 0 ? width : height;
            points[i] = (float)(strength.Elastic * Normal(random)) * 2 / side;
        }

        return points;
    }

    private Tensor Thicken(Tensor images, Random random)
    {
        float[] weights = [.. Enumerable.Range(0, (int)images.shape[0]).Select(_ => (float)Within(random, strength.Thickness))];
        Tensor weight = tensor(weights, [weights.Length, 1, 1, 1], device: images.device);
        Tensor largest = nn.functional.max_pool2d(images, 3, 1, 1);
        Tensor smallest = -nn.functional.max_pool2d(-images, 3, 1, 1);
        return images + weight.clamp_min(0) * (largest - images) - weight.clamp_max(0) * (smallest - images);
    }

    // Half of the images stay as they are: readers of full ink must not get used to less.
    private Tensor Pressures(int count, Random random, long[] shape, Device device)
    {
        float[] points = new float[count * PressureSide * PressureSide];
        for (int i = 0; i < count; i++)
        {
            double most = Math.Max(0, Within(random, strength.Pressure));
            foreach (ref float point in points.AsSpan(i * PressureSide * PressureSide, PressureSide * PressureSide))
                point = (float)(1 - most * random.NextDouble());
        }

        return nn.functional.interpolate(
            tensor(points, [count, 1, PressureSide, PressureSide], device: device), [shape[2], shape[3]], mode: InterpolationMode.Bilinear,
            align_corners: true);
    }

    private Tensor Noise(int count, Random random, long[] shape, Device device)
    {
        float[] deviations = [.. Enumerable.Range(0, count).Select(_ => (float)Math.Max(0, Within(random, strength.Noise)))];
        // A generator of its own: torch's global one decides about other things.
        using var generator = new Generator((ulong)random.NextInt64(), device);
        return randn(shape, device: device, generator: generator) * tensor(deviations, [count, 1, 1, 1], device: device);
    }

    private static double Within(Random random, double most) => most * (2 * random.NextDouble() - 1);

    /// <summary>Draws from the normal distribution of mean 0 and deviation 1.</summary>
    /// <remarks>G. Box and M. Muller, A note on the generation of random normal deviates, 1958.</remarks>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
