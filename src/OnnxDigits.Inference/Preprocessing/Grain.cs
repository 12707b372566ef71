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

        return (float)(DeviationsPerMedian / Math.Sqrt(2) * MedianOf(histogram, pairs));
    }

    /// <summary>
    /// Estimates the standard deviation of the noise of a small picture from the median second difference of adjacent
    /// pixels, which is small on the slopes of blurred strokes. A second difference has six times the variance of one
    /// pixel.
    /// </summary>
    public static float MeasureFine(GrayImage picture) =>
        // Strokes change less along their length than across.
        Math.Min(MeasureFine(picture, right: 1, down: 0), MeasureFine(picture, right: 0, down: 1));

    private static float MeasureFine(GrayImage picture, int right, int down)
    {
        Span<int> histogram = new int[1024 * BinsPerGrey];
        int triples = 0;
        for (int y = down; y < picture.Height - down; y++)
        {
            Span<float> before = picture.Row(y - down), row = picture.Row(y), after = picture.Row(y + down);
            for (int x = right; x < row.Length - right; x++, triples++)
            {
                float difference = before[x - right] - (2 * row[x]) + after[x + right];
                histogram[(int)(Math.Abs(difference) * BinsPerGrey)]++;
            }
        }

        return (float)(DeviationsPerMedian / Math.Sqrt(6) * MedianOf(histogram, triples));
    }

    private static double MedianOf(ReadOnlySpan<int> histogram, int count)
    {
        int median = 0;
        for (int below = histogram[0]; 2 * below < count; below += histogram[++median])
        {
        }
        return (double)median / BinsPerGrey;
    }
}
