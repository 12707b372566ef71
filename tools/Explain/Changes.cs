
namespace OnnxDigits.Tools.Explain;

/// <summary>Changes of a 28×28 image of bytes, 0 for background.</summary>
internal static class Changes
{
    private const int Side = 28;
    private const double Centre = (Side - 1) / 2.0;

    /// <summary>Moves an image by whole pixels; what leaves it is lost.</summary>
    public static byte[] Shift(byte[] image, int right, int down)
    {
        var moved = new byte[image.Length];
        for (int y = Math.Max(0, down); y < Math.Min(Side, Side + down); y++)
        {
            for (int x = Math.Max(0, right); x < Math.Min(Side, Side + right); x++)
                moved[y * Side + x] = image[(y - down) * Side + x - right];
        }

        return moved;
    }

    /// <summary>Turns an image about its centre, counter-clockwise, and enlarges it.</summary>
    public static byte[] TurnAndScale(byte[] image, double degrees, double scale)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        return Map((x, y) =>
        {
            double dx = (x - Centre) / scale, dy = (y - Centre) / scale;
            return Between(image, Centre + cos * dx - sin * dy, Centre + sin * dx + cos * dy);
        });
    }

    /// <summary>The largest of each pixel and its neighbours, or the smallest, a part of the way.</summary>
    /// <param name="image">The image.</param>
    /// <param name="part">−1..1: 1 takes the largest, −1 the smallest, 0 the pixel itself.</param>
    public static byte[] Thicken(byte[] image, double part) => Map((x, y) =>
    {
        double end = part > 0 ? 0 : 255, own = image[(int)y * Side + (int)x];
        for (int v = -1; v <= 1; v++)
        {
            for (int u = -1; u <= 1; u++)
                end = part > 0 ? Math.Max(end, At(image, (int)x + u, (int)y + v)) : Math.Min(end, At(image, (int)x + u, (int)y + v));
        }

        return own + Math.Abs(part) * (end - own);
    });

    /// <summary>Adds noise of a normal distribution, from a seed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="deviation">Standard deviation, of 255.</param>
    /// <param name="seed">The same one gives the same noise.</param>
    public static byte[] Noise(byte[] image, double deviation, int seed)
    {
        var random = new Random(seed);
        return Map((x, y) => image[(int)y * Side + (int)x] + deviation * Normal(random));
    }

    // G. Box and M. Muller, A note on the generation of random normal deviates, 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Spreads each pixel over its neighbours as a normal distribution.</summary>
    /// <param name="image">The image.</param>
    /// <param name="deviation">Standard deviation, in pixels.</param>
    public static byte[] Blur(byte[] image, double deviation)
    {
        int reach = (int)Math.Ceiling(3 * deviation);
        double[] weights = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(d => Math.Exp(-d * d / (2 * deviation * deviation)))];
        double whole = weights.Sum();
        double[] rows = new double[image.Length];
        for (int i = 0; i < image.Length; i++)
        {
            for (int d = -reach; d <= reach; d++)
                rows[i] += weights[d + reach] / whole * At(image, i % Side + d, i / Side);
        }

        return Map((x, y) => Enumerable.Range(-reach, 2 * reach + 1).Sum(d => y + d is < 0 or >= Side
            ? 0
            : weights[d + reach] / whole * rows[((int)y + d) * Side + (int)x]));
    }

    /// <summary>Lays a square of background over an image, at a place drawn from a seed.</summary>
    public static byte[] Cover(byte[] image, int side, int seed)
    {
        var random = new Random(seed);
        int left = random.Next(Side - side + 1), top = random.Next(Side - side + 1);
        return Map((x, y) => x >= left && x < left + side && y >= top && y < top + side ? 0 : image[(int)y * Side + (int)x]);
    }

    private static byte[] Map(Func<double, double, double> pixel)
    {
        var result = new byte[Side * Side];
        for (int i = 0; i < result.Length; i++)
            result[i] = (byte)Math.Clamp(Math.Round(pixel(i % Side, i / Side)), 0, 255);
        return result;
    }

    private static double Between(byte[] image, double x, double y)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double u = x - left, v = y - top;
        return (1 - v) * ((1 - u) * At(image, left, top) + u * At(image, left + 1, top))
            + v * ((1 - u) * At(image, left, top + 1) + u * At(image, left + 1, top + 1));
    }

    private static double At(byte[] image, int x, int y) => x is < 0 or >= Side || y is < 0 or >= Side ? 0 : image[y * Side + x];
}
