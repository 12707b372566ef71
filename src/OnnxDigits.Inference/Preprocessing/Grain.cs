namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Measures the noise of a page independently of its light and its ink.</summary>
internal static class Grain
{
    // Closer pixels are correlated by demosaicing and JPEG compression.
    private const int Lag = 4;

    // The ratio of a normal distribution's standard deviation to its median absolute deviation.
    private const double DeviationsPerMedian = 1.4826;

    // Fine enough to resolve a noise of a tenth of a grey value.
    private const int BinsPerGrey = 16;

    /// <summary>
    /// Estimates the standard deviation of the noise from the median difference of two pixels, which the few pairs
    /// across an edge hardly change.
    /// </summary>
    /// <remarks>
    /// F. R. Hampel, The influence curve and its role in robust estimation, 1974. A difference has twice the variance
    /// of one pixel.
    /// </remarks>
    public static float Measure(GrayImage page)
    {
        Span<int> histogram = new int[256 * BinsPerGrey];
        int pairs = 0;
        for (int y = 0; y < page.Height; y++)
        {
            Span<float> row = page.Row(y);
            for (int x = Lag; x < row.Length; x++, pairs++)
            {
                histogram[Math.Min(histogram.Length - 1, (int)(Math.Abs(row[x] - row[x - Lag]) * BinsPerGrey))]++;
            }
        }

        int median = 0;
        for (int below = histogram[0]; 2 * below < pairs; below += histogram[++median])
        {
        }
        return (float)(DeviationsPerMedian / Math.Sqrt(2) * median / BinsPerGrey);
    }
}
