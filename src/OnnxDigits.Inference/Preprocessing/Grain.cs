namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Measures the noise of a page independently of its light and its ink.</summary>
internal static class Grain
{
    // Closer pixels are correlated by demosaicing and JPEG compression.
    private const int Lag = 4;

    // The ratio of a normal distribution's standard deviation to its median absolute deviation.
    private const double DeviationsPerMedian = 1.4826;

    // The ratio to the absolute deviation that an eighth of the values stay below.
    private const double DeviationsPerEighth = 6.3575;

    // Fine enough to resolve a noise of a twentieth of a grey value.
    private const int BinsPerGrey = 64;

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

        return (float)(DeviationsPerMedian / Math.Sqrt(2) * QuantileOf(histogram, pairs / 2));
    }

    /// <summary>
    /// Estimates the standard deviation of the noise of a small picture from the second differences of adjacent pixels,
    /// which are small on the slopes of blurred strokes. A second difference has six times the variance of one pixel.
    /// In a tiny picture, most pixels lie beside a stroke, so an estimate from the least eighth counts if it is lower.
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

        return (float)(Math.Min(
            DeviationsPerMedian * QuantileOf(histogram, triples / 2),
            DeviationsPerEighth * QuantileOf(histogram, triples / 8)) / Math.Sqrt(6));
    }

    // Returns the least value that has a number of values up to it.
    private static double QuantileOf(ReadOnlySpan<int> histogram, int count)
    {
        int bin = 0;
        for (int upTo = histogram[0]; upTo < count; upTo += histogram[++bin])
        {
        }
        return (double)bin / BinsPerGrey;
    }
}
