namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The noise of a page, whatever its light and its ink.</summary>
internal static class Grain
{
    // Nearer pixels share a camera's blocks of colour and what is left of a JPEG's noise.
    private const int Lag = 4;

    // Of a normal distribution: standard deviations in its median distance from the mean.
    private const double DeviationsPerMedian = 1.4826;

    private const int BinsPerGrey = 16;

    /// <summary>The standard deviation of noise, of 255: by the median difference of two pixels, which few pairs across an edge hardly move.</summary>
    /// <remarks>F. R. Hampel, The influence curve and its role in robust estimation, 1974. The difference of two has twice the variance.</remarks>
    public static float Measure(GrayImage page)
    {
        Span<int> histogram = new int[256 * BinsPerGrey];
        int pairs = 0;
        for (int y = 0; y < page.Height; y++)
        {
            var row = page.Row(y);
            for (int x = Lag; x < row.Length; x++, pairs++)
                histogram[Math.Min(histogram.Length - 1, (int)(Math.Abs(row[x] - row[x - Lag]) * BinsPerGrey))]++;
        }

        int median = 0;
        for (int below = histogram[0]; 2 * below < pairs; below += histogram[++median]) { }
        return (float)(DeviationsPerMedian / Math.Sqrt(2) * median / BinsPerGrey);
    }
}
