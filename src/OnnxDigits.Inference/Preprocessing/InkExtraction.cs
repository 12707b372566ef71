using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Grey picture to ink: 0 = background, larger = more ink, up to 255.</summary>
internal static class InkExtraction
{
    /// <summary>The ink, or null where there is none.</summary>
    public static GrayImage? Extract(GrayImage gray, JudgedConstants constants, out bool inverted)
    {
        inverted = false;
        float min = gray.Values.Min(), max = gray.Values.Max();
        if (max - min < constants.LeastContrast)
            return null;
        if (Math.Min(gray.Width, gray.Height) >= constants.LeastPhotoSide && !IsDrawing(gray, constants))
            return PhotoInk.Extract(gray, constants, out inverted);

        float threshold = Otsu.Threshold(gray.Values);
        inverted = BackgroundIsBright(gray, threshold, constants.BorderMajority);
        float background = Background(gray, inverted, threshold);
        var ink = new GrayImage(gray.Width, gray.Height);
        for (int i = 0; i < ink.Values.Length; i++)
            ink.Values[i] = Math.Max(0, inverted ? background - gray.Values[i] : gray.Values[i] - background);
        return ink;
    }

    private static bool IsDrawing(GrayImage gray, JudgedConstants constants)
    {
        int[] histogram = Histogram(gray.Values);
        int mode = Array.IndexOf(histogram, histogram.Max());
        int near = 0;
        for (int bin = Math.Max(0, mode - constants.DrawingTolerance); bin <= Math.Min(255, mode + constants.DrawingTolerance); bin++)
            near += histogram[bin];
        return near >= (mode <= constants.DrawingTolerance ? constants.BlackDrawingShare : constants.DrawingShare) * gray.Values.Length;
    }

    /// <summary>The border votes; where it is divided, the whole picture does: ink covers less than its background.</summary>
    private static bool BackgroundIsBright(GrayImage gray, float threshold, double majority)
    {
        int bright = 0, total = 0;
        for (int y = 0; y < gray.Height; y++)
        {
            bool whole = y == 0 || y == gray.Height - 1;
            int step = whole || gray.Width == 1 ? 1 : gray.Width - 1;
            for (int x = 0; x < gray.Width; x += step)
            {
                total++;
                bright += gray.Row(y)[x] > threshold ? 1 : 0;
            }
        }
        double share = (double)bright / total;
        return share < 1 - majority || share > majority
            ? share > 0.5
            : gray.Values.Count(value => value > threshold) > gray.Values.Length / 2;
    }

    /// <summary>The most frequent value on the background's side.</summary>
    private static float Background(GrayImage gray, bool bright, float threshold)
    {
        float[] side = new float[gray.Values.Length];
        int count = 0;
        foreach (float value in gray.Values)
        {
            side[count] = value;
            count += value > threshold == bright ? 1 : 0;
        }
        int[] histogram = Histogram(side.AsSpan(0, count));
        int mode = Array.IndexOf(histogram, histogram.Max());
        // The exact value, not the bin's: a background of 65,280 of 65,535 is no whole grey.
        return MostFrequent(side.AsSpan(0, count), mode);
    }

    /// <summary>Of the values in a bin; of several the first.</summary>
    private static float MostFrequent(ReadOnlySpan<float> values, int bin)
    {
        var counts = new Dictionary<float, int>();
        for (int i = 0, run; i < values.Length; i += run)
        {
            // A background is long runs of one value, and a look-up for each pixel would cost more than all else.
            run = values[i..].IndexOfAnyExcept(values[i]);
            if (run < 0) run = values.Length - i;
            if ((int)MathF.Round(values[i]) == bin)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, values[i], out _) += run;
        }
        return counts.MaxBy(count => count.Value).Key;
    }

    private static int[] Histogram(ReadOnlySpan<float> values)
    {
        int[] histogram = new int[256];
        foreach (float value in values)
            histogram[(int)MathF.Round(value)]++;
        return histogram;
    }
}
