namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Finds the split of a histogram that leaves the least variance within its two classes.</summary>
/// <remarks>N. Otsu, A threshold selection method from gray-level histograms, 1979.</remarks>
internal static class Otsu
{
    /// <summary>Returns the threshold for values from 0 to 255. Values above it are the upper class.</summary>
    public static float Threshold(ReadOnlySpan<float> values)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        foreach (float value in values) histogram[Math.Clamp((int)value, 0, 255)]++;
        return Split(histogram, values.Length);
    }

    /// <summary>Returns the threshold for the values above another threshold.</summary>
    public static float ThresholdAbove(ReadOnlySpan<float> values, float lowest)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        int count = 0;
        foreach (float value in values)
        {
            if (value <= lowest) continue;
            histogram[Math.Clamp((int)value, 0, 255)]++;
            count++;
        }
        return Split(histogram, count);
    }

    private static float Split(ReadOnlySpan<int> histogram, int all)
    {
        double total = 0;
        for (int bin = 0; bin < 256; bin++) total += (double)bin * histogram[bin];
        double below = 0, best = -1;
        long count = 0;
        int first = 0, last = 0;
        for (int bin = 0; bin < 255; bin++)
        {
            count += histogram[bin];
            below += (double)bin * histogram[bin];
            if (count == 0 || count == all) continue;
            double difference = below / count - (total - below) / (all - count);
            double between = difference * difference * count * (all - count);
            if (between > best)
            {
                best = between;
                first = bin;
            }
            if (between >= best) last = bin;
        }
        // Every split in a gap between the classes is equally good. The middle is farthest from both.
        return (first + last + 1) / 2f;
    }
}
