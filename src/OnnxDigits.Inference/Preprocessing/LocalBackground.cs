using System.Numerics;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Measures how far each pixel of a photograph deviates from its local background.</summary>
internal static class LocalBackground
{
    /// <summary>
    /// Subtracts the mean over a window around each pixel. It does so repeatedly, leaving out the pixels that stood out
    /// before, so that the ink does not darken its own background. Ink absorbs a share of the light, so the deviation
    /// is scaled by the picture's mean light over the local light.
    /// </summary>
    /// <param name="gray">The photograph.</param>
    /// <param name="noise">Receives the standard deviation of the background.</param>
    /// <returns>The deviation of each pixel, negative if it is darker than its background.</returns>
    public static float[] Deviation(GrayImage gray, out float noise)
    {
        gray = LightSurface.Flatten(gray);
        int radius = Radius(gray);
        float[] weights = new float[gray.Values.Length];
        Array.Fill(weights, 1f);
        int[] counts = new int[(gray.Width + 1) * (gray.Height + 1)];
        double[] sums = new double[counts.Length];
        float[] deviation = new float[weights.Length];
        Compare(gray, weights, radius, counts, sums, deviation);
        noise = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = Math.Abs(deviation[i]);
            float threshold = Otsu.Threshold(weights);
            double sum = 0, count = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = weights[i] > threshold ? 0 : 1;
                sum += weights[i] * deviation[i] * deviation[i];
                count += weights[i];
            }
            noise = (float)Math.Sqrt(sum / Math.Max(1, count));
            Compare(gray, weights, radius, counts, sums, deviation);
        }
        // On a large page with a small or faint digit, Otsu's threshold splits the grain itself, and the pixels below
        // it show only half of the noise.
        noise = Math.Max(noise, Grain.Measure(gray));
        return deviation;
    }

    /// <summary>Returns the radius in pixels of the window around a pixel.</summary>
    public static int Radius(GrayImage gray) => Math.Max(
        PreprocessingConstants.MinBackgroundRadius,
        (int)(Math.Min(gray.Width, gray.Height) * PreprocessingConstants.BackgroundRadius));

    private static void Compare(
        GrayImage gray, float[] weights, int radius, int[] counts, double[] sums, float[] deviation)
    {
        int width = gray.Width, height = gray.Height, stride = width + 1;
        Integrate(gray, weights, counts, sums);
        double mean = sums[^1] / counts[^1], darkest = mean * PreprocessingConstants.MinLight;
        for (int y = 0; y < height; y++)
        {
            int top = stride * Math.Max(0, y - radius), bottom = stride * Math.Min(height, y + radius + 1);
            var countAround = new Band<int>(counts.AsSpan(top, stride), counts.AsSpan(bottom, stride));
            var sumAround = new Band<double>(sums.AsSpan(top, stride), sums.AsSpan(bottom, stride));
            Span<float> row = gray.Row(y), result = deviation.AsSpan(y * width, width);
            for (int x = 0; x < row.Length; x++)
            {
                int left = Math.Max(0, x - radius), right = Math.Min(width, x + radius + 1);
                int around = countAround.Window(left, right);
                double background = around > 0 ? sumAround.Window(left, right) / around : mean;
                result[x] = (float)(mean / Math.Max(background, darkest) * (row[x] - background));
            }
        }
    }

    /// <summary>
    /// Fills the summed-area tables of weights, which are 0 or 1, and of weighted values. Their first row and column
    /// are zeros.
    /// </summary>
    private static void Integrate(GrayImage gray, float[] weights, int[] counts, double[] sums)
    {
        int width = gray.Width, stride = width + 1;
        for (int y = 0; y < gray.Height; y++)
        {
            Span<float> row = gray.Row(y);
            Span<float> rowWeights = weights.AsSpan(y * width, width);
            int above = y * stride + 1, here = above + stride;
            Span<int> countAbove = counts.AsSpan(above, width), countHere = counts.AsSpan(here, width);
            Span<double> sumAbove = sums.AsSpan(above, width), sumHere = sums.AsSpan(here, width);
            int countSoFar = 0;
            double sumSoFar = 0;
            for (int x = 0; x < row.Length; x++)
            {
                countSoFar += (int)rowWeights[x];
                sumSoFar += rowWeights[x] * row[x];
                countHere[x] = countAbove[x] + countSoFar;
                sumHere[x] = sumAbove[x] + sumSoFar;
            }
        }
    }

    /// <summary>The rows of a summed-area table above and below a window.</summary>
    private readonly ref struct Band<T>(ReadOnlySpan<T> top, ReadOnlySpan<T> bottom)
        where T : INumber<T>
    {
        private readonly ReadOnlySpan<T> _top = top, _bottom = bottom;

        public T Window(int left, int right) => _bottom[right] - _bottom[left] - _top[right] + _top[left];
    }
}
