namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>How far each pixel of a photograph is from the light around it.</summary>
internal static class LocalBackground
{
    /// <summary>
    /// Compares with the mean over a window of half the picture's shorter side, taken twice: the second time without what
    /// stood out the first time, so that the ink does not darken its own background. Ink takes a share of the light that falls on it, so a
    /// deviation counts relative to the light around it, scaled to the picture's mean light.
    /// </summary>
    /// <param name="gray">The photograph.</param>
    /// <param name="noise">The standard deviation of what is left of the background.</param>
    public static float[] Deviation(GrayImage gray, out float noise)
    {
        int radius = Math.Max(8, Math.Min(gray.Width, gray.Height) / 4);
        float[] weights = new float[gray.Values.Length];
        Array.Fill(weights, 1f);
        float[] deviation = Compare(gray, weights, radius);
        noise = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            float threshold = Otsu.Threshold([.. deviation.Select(Math.Abs)]);
            double sum = 0, count = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Abs(deviation[i]) > threshold ? 0 : 1;
                sum += weights[i] * deviation[i] * deviation[i];
                count += weights[i];
            }
            noise = (float)Math.Sqrt(sum / Math.Max(1, count));
            deviation = Compare(gray, weights, radius);
        }
        return deviation;
    }

    private static float[] Compare(GrayImage gray, float[] weights, int radius)
    {
        double[] weight = Integrate(gray.Width, gray.Height, i => weights[i]);
        double[] sums = Integrate(gray.Width, gray.Height, i => weights[i] * gray.Values[i]);
        double mean = sums[^1] / weight[^1];
        float[] result = new float[gray.Values.Length];
        for (int y = 0; y < gray.Height; y++)
        {
            for (int x = 0; x < gray.Width; x++)
            {
                double around = Window(weight, gray, x, y, radius);
                double background = around > 0 ? Window(sums, gray, x, y, radius) / around : mean;
                double light = mean / Math.Max(background, mean / 4);
                result[y * gray.Width + x] = (float)(light * (gray.Values[y * gray.Width + x] - background));
            }
        }
        return result;
    }

    /// <summary>The summed-area table, with a row and a column of zeros before the first.</summary>
    private static double[] Integrate(int width, int height, Func<int, float> value)
    {
        double[] table = new double[(width + 1) * (height + 1)];
        for (int y = 0; y < height; y++)
        {
            double row = 0;
            for (int x = 0; x < width; x++)
            {
                row += value(y * width + x);
                table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
            }
        }
        return table;
    }

    private static double Window(double[] table, GrayImage gray, int x, int y, int radius)
    {
        int left = Math.Max(0, x - radius), right = Math.Min(gray.Width, x + radius + 1);
        int top = (gray.Width + 1) * Math.Max(0, y - radius), bottom = (gray.Width + 1) * Math.Min(gray.Height, y + radius + 1);
        return table[bottom + right] - table[bottom + left] - table[top + right] + table[top + left];
    }
}
